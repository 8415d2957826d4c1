import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CatalogOrigin, isConcerned } from './concerned-catalogs.ts'

const repositories = [
  'https://github.com/Rbee/workers.git',
  'git@github.com:Rbee/workers.git',
  'https://github.com/Rbee/workers',
]
const push = (ref: string) => ({ repositories, ref })
const origin = (name: string, more: Partial<CatalogOrigin> = {}): CatalogOrigin => ({
  name,
  branch: 'main',
  everyBranch: false,
  isRepository: false,
  ...more,
})

describe('isConcerned', () => {
  it.each([
    'https://github.com/Rbee/workers.git',
    'https://github.com/rbee/workers',
    'https://github.com/Rbee/workers/',
    'https://someone@github.com/Rbee/workers.git',
    'ssh://git@github.com/Rbee/workers.git',
    'ssh://git@github.com:22/Rbee/workers.git',
    'git@github.com:Rbee/workers',
    'https://github.com/Rbee/workers.git/folder/deeper',
    'https://github.com/Rbee/workers.git#main',
  ])('finds the repository of %s', (name) => {
    expect(isConcerned(origin(name), push('refs/heads/main'))).toBe(true)
  })

  it.each([
    'https://github.com/Rbee/workers2.git',
    'https://github.com/Rbee/workers.git2',
    'https://github.com/Rbee',
    'https://github.com.evil.example/Rbee/workers.git',
    'https://gitlab.com/Rbee/workers.git',
    'https://example.com/github.com/Rbee/workers.git',
    '/srv/github.com/Rbee/workers.git',
    'file:///srv/github.com/Rbee/workers.git',
    'workers',
    'C:/workers',
    '',
  ])('leaves %s alone', (name) => {
    expect(isConcerned(origin(name), push('refs/heads/main'))).toBe(false)
  })

  it.each([
    ['/srv/workers', 'refs/heads/main', true],
    ['/srv/workers', 'refs/heads/next', false],
    ['/srv/workers#next', 'refs/heads/next', true],
    ['https://gitlab.com/Rbee/workers.git', 'refs/heads/main', false],
  ])('for the repository %s and %s gives %s, whatever was pushed', (name, ref, expected) => {
    expect(isConcerned(origin(name, { isRepository: true }), push(ref))).toBe(expected)
  })

  it.each([
    ['', 'refs/heads/main', {}, true],
    ['', 'refs/heads/next', {}, false],
    ['', 'refs/heads/next', { branch: 'next' }, true],
    ['', 'refs/heads/main', { branch: null }, true],
    ['', 'refs/heads/next', { branch: null }, true],
    ['#next', 'refs/heads/next', { branch: 'next' }, true],
    ['#next', 'refs/heads/main', { branch: 'next' }, false],
    ['#v1.0', 'refs/tags/v1.0', { branch: null }, true],
    ['#v1.0', 'refs/tags/v1.1', { branch: null }, false],
    ['#a/b', 'refs/heads/a/b', {}, true],
    ['', 'refs/heads/a-worker', { everyBranch: true }, true],
    ['#main', 'refs/heads/a-worker', { everyBranch: true }, true],
  ] as const)('with %j read and %s pushed (%j): %s', (ref, pushed, more, concerned) => {
    const name = `https://github.com/Rbee/workers.git${ref}`
    expect(isConcerned(origin(name, more), push(pushed))).toBe(concerned)
  })
})

describe('whatever a push says of its repository,', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      'https://',
      'ssh://',
      'git@',
      'github.com',
      ':',
      '/',
      'rbee',
      '/workers',
      '.git',
      '@',
      '#main',
    ),
    fc.constantFrom('..', '%2f', '?x', '[::1', ' ', '\u0000', ':99999', 'file://'),
    fc.string({ maxLength: 3 }),
  )
  const address = fc.array(piece, { maxLength: 7 }).map((pieces) => pieces.join(''))
  const ref = fc.oneof(fc.constantFrom('refs/heads/main', 'refs/tags/v1', 'main', ''), fc.string())

  it('it concerns no catalog of another host, and no call fails', () => {
    const own = { branch: 'main', everyBranch: false, isRepository: true }
    fc.assert(
      fc.property(fc.array(address, { maxLength: 3 }), ref, (repositories, pushed) => {
        const concerned = isConcerned(
          { ...own, name: 'https://git.example/rbee/workers' },
          { repositories, ref: pushed },
        )
        expect(concerned).toBe(false)
      }),
      { numRuns: 1_000 },
    )
  })

  it('it concerns a catalog of that very address', () => {
    fc.assert(
      fc.property(fc.webUrl({ validSchemes: ['https'] }), (url) => {
        const name = url.replace(/#.*$/, '')
        const own = { name, branch: null, everyBranch: true, isRepository: true }
        expect(isConcerned(own, { repositories: [name], ref: 'refs/heads/main' })).toBe(true)
      }),
    )
  })
})

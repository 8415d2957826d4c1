import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clonableUrl, cloneCommand } from './clone-url.ts'

describe('clonableUrl', () => {
  it.each([
    ['https://git.example/x.git', 'https://git.example/x.git'],
    ['https://user:secret@git.example/x.git', 'https://git.example/x.git'],
    ['ssh://git:secret@git.example/x.git', 'ssh://git@git.example/x.git'],
  ])('of %s is %s', (text, url) => {
    expect(clonableUrl(text)).toBe(url)
  })

  it.each([
    null,
    '',
    'x',
    '/srv/git/x',
    'file:///srv/git/x',
    'http://git.example/x.git',
    'git://git.example/x.git',
    'ext::sh -c touch% /tmp/x',
    'ssh://-oProxyCommand=touch/x',
    'ssh://-l@git.example/x',
    'javascript:alert(1)',
  ])('of %j is none', (text) => {
    expect(clonableUrl(text)).toBeNull()
  })
})

describe('cloneCommand', () => {
  it('is plain where nothing has to be quoted', () => {
    expect(cloneCommand('https://git.example/x.git', 'main')).toBe(
      'git clone --branch main --single-branch https://git.example/x.git',
    )
    expect(cloneCommand('https://git.example/x.git', null)).toBe('git clone https://git.example/x.git')
  })

  it('reaches the program as it is meant, whatever a branch is called', () => {
    const branches = fc.oneof(
      fc.string({ minLength: 1, unit: 'binary' }).filter((text) => !/[\0\ud800-\udfff]/.test(text)),
      fc.constantFrom("'", '"', '$(touch x)', '`x`', 'a b', 'a;b', '\\', '!', '*', '-x', '~', '\n', "';x '"),
    )
    fc.assert(
      fc.property(branches, (branch) => {
        const command = cloneCommand('https://git.example/x.git', branch)
        // A function in place of the program shows the words that it would be given.
        const script = `git() { printf '%s\\0' "$@"; }\n${command}\n`
        const words = execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0')
        expect(words.slice(0, -1)).toEqual([
          'clone',
          '--branch',
          branch,
          '--single-branch',
          'https://git.example/x.git',
        ])
      }),
      { numRuns: 60 },
    )
  })
})

import { RbeeError } from '@rbee/schema'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readIndex } from './catalog-index.ts'

const PLACE = { url: 'https://github.com/rbee/catalog.git', folders: ['/srv/catalog'] }
const ENTRY = {
  id: 'llm-worker-cpu',
  branch: 'llm-worker-cpu',
  variant: 'cpu',
  description: 'Completes texts',
  arch: ['x86_64', 'aarch64'],
  git_url: PLACE.url,
  pkgbuild_url: 'https://raw.githubusercontent.com/rbee/catalog/llm-worker-cpu/PKGBUILD',
  license: 'MIT',
  requires_license: false,
  license_url: 'https://example.com/license',
  pricing: { model: 'free' },
}

describe('readIndex', () => {
  it('reads what the index says of each worker', () => {
    const index = readIndex(JSON.stringify({ version: '1.0', workers: [ENTRY] }, null, 1), PLACE)
    expect(index).toEqual({
      workers: [
        {
          id: 'llm-worker-cpu',
          branch: 'llm-worker-cpu',
          facts: {
            description: 'Completes texts',
            license: 'MIT',
            pricing: { model: 'free' },
            variant: 'cpu',
          },
          platforms: { linux: ['x86_64', 'aarch64'], macos: [], windows: [] },
          line: 4,
        },
      ],
      findings: [],
      branches: new Set(['llm-worker-cpu']),
      url: PLACE.url,
    })
  })

  it('is none of a file of the same name', () => {
    expect(readIndex('{"shops": []}', PLACE)).toBe(null)
  })

  it('shows no password', () => {
    const git_url = 'https://me:secret@evil.example/x.git'
    const index = readIndex(JSON.stringify({ workers: [{ ...ENTRY, git_url }] }), PLACE)
    expect(index?.workers).toEqual([])
    expect(JSON.stringify(index)).not.toContain('secret')
  })

  it('accepts only what stays inside, and answers or fails as a whole, whatever it holds', () => {
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.constantFrom('a', 'https://evil.example/x', PLACE.url, '//x', 'x86_64', 'cpu', '--x'),
    )
    const entry = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc
        .array(fc.tuple(fc.constantFrom(...Object.keys(ENTRY)), value), { maxLength: 3 })
        .map((changes) => ({ ...ENTRY, ...Object.fromEntries(changes) })),
    )
    const file = fc.record({
      version: fc.constantFrom('1.0', 1, '2', null),
      workers: fc.array(entry, { maxLength: 5 }),
    })
    fc.assert(
      fc.property(file, (hostile) => {
        let index: ReturnType<typeof readIndex> = null
        try {
          index = readIndex(JSON.stringify(hostile), PLACE)
        } catch (error) {
          expect(error).toBeInstanceOf(RbeeError)
        }
        if (index === null) return
        expect(index.url).toBe(PLACE.url)
        expect(index.workers.length + index.findings.length).toBeGreaterThanOrEqual(hostile.workers.length)
        for (const finding of index.findings)
          expect(finding).toMatchObject({ file: 'catalog.json', path: '.' })
      }),
      { numRuns: 300 },
    )
  })
})

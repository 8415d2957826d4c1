import { workerIdSchema } from '@rbee/schema'
import { aSha256 } from '@rbee/testing'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { offeredWorker } from '../offers/offered-release.ts'
import { sampleRegistry } from '../testing/sample-registry.ts'
import { databaseEntries } from './database.ts'
import { packageInfo } from './package-info.ts'
import { type PackageOffer, packageOffers } from './package-offer.ts'

const RECORD = { origin: aSha256(1), sha256: aSha256(2), size: 7, installed_size: 9, files: ['usr/'] }

let offer: PackageOffer
beforeAll(async () => {
  const registry = sampleRegistry()
  await registry.publish({ id: 'echo-worker' })
  const offered = await offeredWorker(registry, workerIdSchema.parse('echo-worker'))
  const [first] = offered ? packageOffers(offered) : []
  if (!first) throw new Error('nothing is offered')
  offer = first
})

/** Whatever a stranger may write, and pieces of the formats themselves. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 700 }),
  fc
    .array(
      fc.constantFrom('\n', '\r', '%NAME%', '\n\n%FILENAME%\n', 'pkgname = x', '#', ' ', '\u2028', 'a', '\0'),
    )
    .map((parts) => parts.join('')),
)
const told = fc.record({
  description: hostile,
  license: hostile,
  title: hostile,
  homepage: fc.option(hostile),
  systemDependencies: fc.array(hostile, { maxLength: 4 }),
})

/** As libalpm reads a file of the database: a heading, then lines up to an empty one. */
function sectionsOf(text: string): Map<string, readonly string[]> {
  const sections = new Map<string, readonly string[]>()
  for (const part of text.replace(/\n\n$/, '').split('\n\n')) {
    const [heading = '', ...lines] = part.split('\n')
    expect(heading).toMatch(/^%[A-Z0-9]+%$/)
    expect(sections.has(heading)).toBe(false)
    sections.set(heading, lines)
  }
  return sections
}

describe('what strangers write', () => {
  it('never becomes a field of the database', () => {
    fc.assert(
      fc.property(told, (texts) => {
        const entries = [
          ...databaseEntries([{ offer: { ...offer, ...texts }, record: RECORD }], { withFiles: false }),
        ]
        expect(entries.map(({ name }) => name)).toEqual([
          'echo-worker-cpu-bin-0.1.0-1/',
          'echo-worker-cpu-bin-0.1.0-1/desc',
        ])
        const source = entries[1]?.source
        const bytes = source && 'bytes' in source ? source.bytes : new Uint8Array()
        const sections = sectionsOf(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
        expect(sections.get('%NAME%')).toEqual(['echo-worker-cpu-bin'])
        expect(sections.get('%FILENAME%')).toEqual([offer.fileName])
        expect(sections.get('%SHA256SUM%')).toEqual([RECORD.sha256])
        for (const name of ['%DESC%', '%URL%', '%LICENSE%']) {
          expect(sections.get(name)?.length ?? 1, name).toBe(1)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('never becomes a line of .PKGINFO', () => {
    fc.assert(
      fc.property(told, (texts) => {
        const lines = packageInfo({ ...offer, ...texts }, 9).split('\n')
        expect(lines.pop()).toBe('')
        const keys = lines.map((line) => /^([a-z]+) = /.exec(line)?.[1])
        expect(keys.filter((key) => key === 'pkgname')).toHaveLength(1)
        expect(keys).not.toContain(undefined)
        expect(new Set(keys)).not.toContain('install')
      }),
      { numRuns: 300 },
    )
  })
})

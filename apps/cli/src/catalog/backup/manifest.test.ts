import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RbeeError } from '@rbee/schema'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { archiveFile, keyFile, MANIFEST, readManifest } from './manifest.ts'

const SHA256 = 'a'.repeat(64)
const WHOLE = {
  format: 'rbee-catalog-backup/1',
  created_at: '2026-01-01T00:00:00.000Z',
  version: '0.1.0',
  workers: 1,
  releases: 2,
  database: { size: 4096, sha256: SHA256 },
  documents: [{ kind: 'programs', size: 10, sha256: SHA256 }],
  archives: [{ size: 10, sha256: SHA256 }],
  keys: [{ path: 'online/0a.pem', size: 10, sha256: SHA256 }],
  missing: [SHA256],
}

let snapshot: string
beforeAll(async () => {
  snapshot = await mkdtemp(join(tmpdir(), 'rbee-snapshot-'))
})
afterAll(() => rm(snapshot, { recursive: true, force: true }))

async function read(bytes: string | Uint8Array) {
  await writeFile(join(snapshot, MANIFEST), bytes)
  return readManifest(snapshot)
}

it('reads back what was written', async () => {
  expect(await read(JSON.stringify(WHOLE))).toEqual(WHOLE)
})

it('is damaged, or names nothing but files of the backup, whatever became of its bytes', async () => {
  const text = JSON.stringify(WHOLE)
  const hostile = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom('../../x', -1, 1e308, SHA256.toUpperCase(), `${SHA256}\n`),
  )
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.nat({ max: text.length }).map((length) => text.slice(0, length)),
    fc.tuple(fc.nat({ max: text.length }), fc.string({ unit: 'binary', maxLength: 3 })).map(([at, stray]) => {
      return text.slice(0, at) + stray + text.slice(at + stray.length)
    }),
    fc.dictionary(fc.constantFrom(...Object.keys(WHOLE), '__proto__', 'more'), hostile).map((changes) => {
      return JSON.stringify({ ...WHOLE, ...changes })
    }),
    hostile.map((value) => JSON.stringify({ ...WHOLE, archives: [{ size: 1, sha256: value }] })),
    hostile.map((value) => JSON.stringify({ ...WHOLE, keys: [{ size: 1, sha256: SHA256, path: value }] })),
  )
  await fc.assert(
    fc.asyncProperty(bytes, async (damage) => {
      try {
        const { archives, keys, missing } = await read(damage)
        for (const { path } of keys) expect(keyFile('/backup', path)).toMatch(/^\/backup\/keys\/\w/)
        for (const { path } of keys) expect(`/${path}/`).not.toMatch(/\/\.|\/\//)
        for (const sha256 of [...archives.map((archive) => archive.sha256), ...missing]) {
          expect(archiveFile('/backup', sha256)).toMatch(/^\/backup\/archives\/[0-9a-f]{2}\/[0-9a-f]{64}$/)
        }
      } catch (error) {
        if (!(error instanceof RbeeError)) throw error
        expect(error.code).toBe('state_damaged')
      }
    }),
    { numRuns: 400 },
  )
})

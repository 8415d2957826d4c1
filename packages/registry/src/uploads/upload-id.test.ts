import { sha256Schema } from '@rbee/schema'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { archiveOfUploadId, newUploadId } from './upload-id.ts'

const sha256 = fc.stringMatching(/^[0-9a-f]{64}$/).map((text) => sha256Schema.parse(text))
const random = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => new Uint8Array(bytes))

it('leads back to the archive that it was made for', () => {
  fc.assert(
    fc.property(sha256, random, (archive, bytes) => {
      expect(archiveOfUploadId(newUploadId(archive, () => bytes))).toBe(archive)
    }),
  )
})

it('of any other text leads to no archive', () => {
  const nearly = fc
    .tuple(sha256, random, fc.nat({ max: 97 }), fc.constantFrom('', 'g', 'A', '\n', '-', '/'))
    .map(([archive, bytes, at, stray]) => {
      const id = newUploadId(archive, () => bytes)
      return id.slice(0, at) + stray + id.slice(at + 1)
    })
  fc.assert(
    fc.property(fc.oneof(nearly, fc.string(), fc.string({ unit: 'binary' })), (text) => {
      const archive = archiveOfUploadId(text)
      if (archive !== null) expect(text).toMatch(new RegExp(`^${archive}-[0-9a-f]{32}$`))
      if (archive !== null) expect(text).toHaveLength(97)
    }),
    { numRuns: 1_000 },
  )
})

import type { ArchiveStore } from '@rbee/registry'
import { RbeeError, type Sha256, uploadPartBytes, uploadPartCount } from '@rbee/schema'
import { sha256Hex } from './sha256.ts'
import { exactBytesOf, streamOf } from './streams.ts'

interface Staging {
  readonly size: number
  readonly parts: Map<number, Uint8Array>
  assembled: Uint8Array<ArrayBuffer> | null
}

/** An `ArchiveStore` that keeps its archives in memory; passes `archiveStoreContract`. */
export function memoryArchiveStore(): ArchiveStore {
  const archives = new Map<Sha256, Uint8Array>()
  const stagings = new Map<string, Staging>()
  let opened = 0

  function stagingOf(name: string): Staging {
    const staging = stagings.get(name)
    if (!staging) throw new RbeeError('upload_not_found', 'The staging place of the upload is gone')
    return staging
  }

  function assembledOf(name: string): Uint8Array<ArrayBuffer> {
    const { assembled } = stagingOf(name)
    if (!assembled) throw new RbeeError('upload_not_found', 'The upload is not put together')
    return assembled
  }

  return {
    async size(sha256) {
      return archives.get(sha256)?.length ?? null
    },
    async open(sha256, range) {
      const bytes = archives.get(sha256)
      if (!bytes) return null
      if (range && (range.start >= bytes.length || range.start > range.end)) {
        throw new RbeeError('range_not_satisfiable', 'The range lies outside the archive')
      }
      const body = range ? bytes.subarray(range.start, range.end + 1) : bytes
      return { body: streamOf(body), size: bytes.length }
    },
    async stage(size) {
      opened += 1
      stagings.set(`staging-${opened}`, { size, parts: new Map(), assembled: null })
      return `staging-${opened}`
    },
    async writePart(name, part, body, size) {
      const staging = stagingOf(name)
      if (uploadPartBytes(staging.size, part) !== size) {
        throw new RbeeError('part_invalid', `The archive has no part ${part} of ${size} bytes`)
      }
      staging.parts.set(part, await exactBytesOf(body, size))
      return `part-${part}`
    },
    async assemble(name, parts) {
      const staging = stagingOf(name)
      if (staging.assembled) return
      const bytes = parts
        .toSorted((a, b) => a.part - b.part)
        .map(({ part }) => staging.parts.get(part) ?? new Uint8Array())
      const assembled = new Uint8Array(await new Blob(bytes).arrayBuffer())
      if (parts.length !== uploadPartCount(staging.size) || assembled.length !== staging.size) {
        throw new RbeeError('upload_incomplete', 'Parts of the upload are missing')
      }
      staging.assembled = assembled
    },
    async openStaged(name) {
      return streamOf(assembledOf(name))
    },
    async promote(name, sha256, size) {
      const bytes = assembledOf(name)
      if (bytes.length !== size) {
        throw new RbeeError('size_mismatch', `The archive has ${bytes.length} bytes, not the stated ${size}`)
      }
      if ((await sha256Hex(bytes)) !== sha256) {
        throw new RbeeError('digest_mismatch', 'The archive does not have the stated SHA-256')
      }
      archives.set(sha256, bytes)
      stagings.delete(name)
    },
    async discard(name) {
      stagings.delete(name)
    },
    async *list() {
      yield* [...archives.keys()]
    },
    async delete(sha256) {
      archives.delete(sha256)
    },
  }
}

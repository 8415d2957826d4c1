import { Buffer } from 'node:buffer'
import {
  historyHash,
  newPublisherKey,
  type PublisherSigner,
  publisherSignerOf,
  releaseIdentity,
  signKeyChange,
  signProvenance,
} from '@rbee/provenance'
import type { KeyChange, KeyChangeInput, ReleaseInput, WorkerId } from '@rbee/schema'

/** A publisher's key that is told apart by a number. */
export function aPublisherSigner(number = 1): PublisherSigner {
  const seed = Buffer.alloc(32, number)
  return publisherSignerOf(
    newPublisherKey(() => seed),
    'the sample key',
  )
}

/** A release with provenance of each artifact, signed by all of the keys. */
export function withProvenance(input: ReleaseInput, ...signers: PublisherSigner[]): ReleaseInput {
  const { manifest, version } = input
  const stated = {
    release: releaseIdentity(input),
    source: { repository: null, ref: null, commit: null, changed: null },
    builtHere: true,
    builder: 'https://builder.example/v1',
    invocation: null,
    startedOn: '2026-01-01T00:00:00.000Z',
    finishedOn: '2026-01-01T00:00:01.000Z',
  }
  const artifacts = input.artifacts.map((artifact) => {
    const { platform, variant, digest } = artifact
    const subject = { worker: manifest.id, version, platform, variant, digest }
    return { ...artifact, provenance: signProvenance({ ...stated, subject }, signers) }
  })
  return { ...input, artifacts }
}

/** A change of keys that is signed for the end of a history. */
export function aKeyChange(
  worker: WorkerId,
  history: readonly KeyChange[],
  change: KeyChangeInput['change'],
  key: PublisherSigner,
  signers: readonly PublisherSigner[] = [key],
): KeyChangeInput {
  const previous = historyHash(history)
  return signKeyChange({ worker, change, key: key.key, reason: `it is ${change}`, previous }, signers)
}

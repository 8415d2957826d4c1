import { createHash } from 'node:crypto'
import type { WorkerIndex } from '@rbee/schema'
import { keysUrl, pkgbuildUrl, releaseUrl, versionsUrl, workerUrl } from './addresses.ts'
import type { ComposedWorker } from './compose-worker.ts'
import { jsonBytes, textBytes } from './json-bytes.ts'

/**
 * What is signed of a worker: every address that leads to it, and the digests of its documents, so that a client can check
 * each of them wherever it comes from. Digests of archives stand in the documents of releases.
 */
export function workerIndex({
  worker,
  versions,
  releases,
  keys,
  pkgbuild,
  aliases,
}: ComposedWorker): WorkerIndex {
  const { id } = worker
  return {
    worker: id,
    addresses: {
      [id]: null,
      ...Object.fromEntries(aliases.map(({ name, document }) => [name, document.variant])),
    },
    documents: Object.fromEntries([
      [workerUrl(id), factsOf(worker)],
      [versionsUrl(id), factsOf(versions)],
      ...(keys === null ? [] : [[keysUrl(id), factsOf(keys)]]),
      // What builds from source runs it. Generated ones are made of the other documents.
      ...(pkgbuild === null ? [] : [[pkgbuildUrl(id), factsOfBytes(textBytes(pkgbuild))]]),
      ...releases.map((release) => [releaseUrl(id, release.version), factsOf(release)]),
    ]),
  }
}

/** Of a document as it is stored and served. */
function factsOf(document: object): WorkerIndex['documents'][string] {
  return factsOfBytes(jsonBytes(document))
}

function factsOfBytes(body: Uint8Array): WorkerIndex['documents'][string] {
  return { sha256: createHash('sha256').update(body).digest('hex'), length: body.length }
}

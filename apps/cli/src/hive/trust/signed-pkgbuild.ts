import type { RegistryClient } from '@rbee/api-client'
import { buildsFromSource, isLoopback, isOwnPkgbuildOf, writePackageFile } from '@rbee/package-files'
import type { ReleaseDocument, WorkerDocument } from '@rbee/schema'
import { requireAddress, requireDocument } from '@rbee/trust/client'
import type { Trust } from './trust.ts'

/** Of which worker and release, as the registry signed them. */
interface SignedSubject {
  readonly worker: WorkerDocument
  readonly release: ReleaseDocument
  /** Of the worker, or of a variant that is to be built. */
  readonly address: string
}

/**
 * The PKGBUILD that builds a worker from source, of which nobody but its author and the registry decided a byte: the worker's own,
 * which the registry signed, or where that builds nothing or is of another version, the one that the signed documents make. A
 * generated one is not taken from anybody: each server makes it anew, and none signs it.
 *
 * Fails with `document_altered`, or as the generator does, with `no_repository` or `not_buildable`.
 */
export async function signedPkgbuild(
  { worker, release, address }: SignedSubject,
  client: Pick<RegistryClient, 'getPkgbuild'>,
  trust: Trust,
  url: string,
): Promise<string> {
  const index = await trust.worker(worker.id)
  if (!index) throw new Error(`${worker.id} has signed documents and is no worker`)
  requireAddress(index, address)
  const place = `/v1/workers/${worker.id}/pkgbuild`
  if (Object.hasOwn(index.documents, place) && isOwnPkgbuildOf(release, worker)) {
    const own = await client.getPkgbuild(worker.id)
    requireDocument(index, place, Buffer.from(own))
    if (buildsFromSource(own)) return own
  }
  const variant = release.variants.find(({ name }) => name === index.addresses[address])?.name ?? null
  const input = { worker, release, variant, origin: url, servesSources: isLoopback(new URL(url)) }
  return writePackageFile('arch-dev', input).text
}

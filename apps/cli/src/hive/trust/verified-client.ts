import type { RegistryClient } from '@rbee/api-client'
import {
  RbeeError,
  type ReleaseDocument,
  tryParseJson,
  type VersionsDocument,
  type WorkerDocument,
  type WorkerIndex,
  workerIdSchema,
} from '@rbee/schema'
import { requireAddress, requireDocument } from '@rbee/trust/client'
import { z } from 'zod'
import { signedPkgbuild } from './signed-pkgbuild.ts'
import type { Trust } from './trust.ts'

/** What was asked for. */
interface Asked {
  /** Of a worker, as the user wrote it. */
  readonly address: string
  /** Where the document is listed of the worker that the address leads to, by the version that the document claims. */
  listedAt(worker: string, claimed: string | undefined): string
}

/**
 * The same client, whose workers, releases, lists of versions and PKGBUILDs are what the registry signed, before anything is read
 * out of them.
 * Fails as `openTrust` does, with `document_altered` and `document_foreign`, and with `metadata_withheld` where the registry
 * denies what it signed.
 *
 * @param url of the registry, for errors.
 */
export function verifiedClient(client: RegistryClient, trust: Trust, url: string): RegistryClient {
  const checkOf = (asked: Asked) => (bytes: Uint8Array) => check(asked, bytes, trust, url)
  const getWorker = (address: string): Promise<WorkerDocument> => {
    const asked: Asked = { address, listedAt: (worker) => `/v1/workers/${worker}` }
    return unlessDenied(asked, trust, () => client.getWorker(address, checkOf(asked)))
  }
  const listVersions = (address: string): Promise<VersionsDocument> => {
    const asked: Asked = { address, listedAt: (worker) => `/v1/workers/${worker}/versions` }
    return unlessDenied(asked, trust, () => client.listVersions(address, checkOf(asked)))
  }
  const getRelease = (address: string, version: string): Promise<ReleaseDocument> => {
    const asked: Asked = {
      address,
      listedAt: (worker, claimed) => `/v1/workers/${worker}/${version === 'latest' ? claimed : version}`,
    }
    return unlessDenied(asked, trust, () => client.getRelease(address, version, checkOf(asked)))
  }
  /** Only the list of versions says which one is the latest. */
  const latest = async (address: string): Promise<ReleaseDocument> => {
    const [release, versions] = await Promise.all([getRelease(address, 'latest'), listVersions(address)])
    if (!(await trust.isSigned())) return release
    if (release.worker === versions.worker && release.version === versions.latest) return release
    throw foreign(`${url} answers with ${release.version} when asked for the latest, ${versions.latest}`)
  }
  const getPkgbuild: RegistryClient['getPkgbuild'] = async (address, query = {}) => {
    if (!(await trust.isSigned())) return client.getPkgbuild(address, query)
    const { version } = query
    const release = await (version === undefined ? latest(address) : getRelease(address, version))
    const worker = await getWorker(release.worker)
    return signedPkgbuild({ worker, release, address }, client, trust, url)
  }
  return {
    ...client,
    getPkgbuild: (address, query) => trust.settled(() => getPkgbuild(address, query)),
    getWorker: (address) => trust.settled(() => getWorker(address)),
    listVersions: (address) => trust.settled(() => listVersions(address)),
    getRelease: (address, version) =>
      trust.settled(() => (version === 'latest' ? latest(address) : getRelease(address, version))),
  }
}

/** What a document says of itself, of which nothing is believed yet. */
const claimsSchema = z.union([
  z.object({ worker: workerIdSchema, version: z.string().optional() }),
  // A worker's own document.
  z
    .object({ id: workerIdSchema, version: z.string() })
    .transform(({ id }) => ({ worker: id, version: undefined })),
])

async function check(asked: Asked, bytes: Uint8Array, trust: Trust, url: string): Promise<void> {
  const claims = claimsSchema.safeParse(tryParseJson(new TextDecoder().decode(bytes)))
  const claimed = claims.success ? claims.data : null
  const signed = await trust.isSigned().catch((error: unknown) => {
    throw claimed === null ? asOfNoRegistry(error, url) : error
  })
  if (!signed) return
  const worker = claimed?.worker ?? workerIdSchema.safeParse(asked.address).data
  if (worker === undefined) throw altered(asked.address)
  const index = await trust.worker(worker)
  if (!index) throw foreign(`${worker} is no worker that ${url} signed`)
  requireAddress(index, asked.address)
  requireDocument(index, asked.listedAt(worker, claimed?.version), bytes)
}

/** A server that neither describes workers nor signs is another one than was meant. */
function asOfNoRegistry(error: unknown, url: string): unknown {
  const meant =
    error instanceof RbeeError && (error.code === 'registry_unsigned' || error.code === 'metadata_invalid')
  if (!meant) return error
  return new RbeeError(
    'registry_invalid',
    `${url} answered with something that is no document of a registry`,
    {
      next: 'check that --registry (or RBEE_REGISTRY) is the address of a registry',
      cause: error,
    },
  )
}

/** That something is not there is believed only where it is not signed. */
async function unlessDenied<Document>(
  asked: Asked,
  trust: Trust,
  ask: () => Promise<Document>,
): Promise<Document> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof RbeeError) || !isDenial(error)) throw error
    const worker = workerIdSchema.safeParse(asked.address)
    const index = worker.success ? await trust.worker(worker.data) : null
    if (index && isListed(index, asked, error)) throw withheld(asked, error)
    throw error
  }
}

function isDenial({ code }: RbeeError): boolean {
  return code === 'worker_not_found' || code === 'release_not_found'
}

function isListed(index: WorkerIndex, { listedAt }: Asked, { code }: RbeeError): boolean {
  return code === 'worker_not_found' || Object.hasOwn(index.documents, listedAt(index.worker, undefined))
}

function withheld({ address }: Asked, cause: RbeeError): RbeeError {
  return new RbeeError(
    'metadata_withheld',
    `The registry denies what it signed of ${address}: ${cause.message}`,
    {
      next: 'nothing was changed; try again, and tell the operator of the registry if it stays',
      cause,
    },
  )
}

function foreign(message: string): RbeeError {
  return new RbeeError('document_foreign', message, {
    next: 'nothing was changed; somebody may be passing off other software as what you asked for',
  })
}

function altered(address: string): RbeeError {
  return new RbeeError('document_altered', `What the registry answers for ${address} is not what it signed`, {
    next: 'nothing was changed; try again, and tell the operator of the registry if it stays',
  })
}

import type { PackageFileInput } from '@rbee/package-files'
import {
  type AliasDocument,
  type ErrorCode,
  type VariantName,
  type Version,
  workerDocumentSchema,
} from '@rbee/schema'
import type { Context } from 'hono'
import { queryParameter, VARIANT, VERSION_QUERY } from '../../http/parameters.ts'
import { publicUrlOf } from '../../http/public-url.ts'
import type { Services } from '../../services.ts'
import { releaseNotFound } from '../releases/addressed.ts'
import { parsedWorker, workerAt } from '../workers/addressed.ts'

/** For which worker, version and variant a package file is asked. */
export interface PackageFileRequest {
  readonly target: AliasDocument
  /** Null: the latest. */
  readonly version: Version | null
  /** Null: the default variant, under the worker's own name. */
  readonly variant: VariantName | null
  /** Address of the server as the client sees it. */
  readonly origin: string
}

/** What every address of package files may fail with. */
export const REQUEST_ERRORS = [
  'invalid_id',
  'invalid_version',
  'invalid_variant',
  'worker_not_found',
  'release_not_found',
  'quarantined',
  'no_binary',
  'no_artifact',
] as const satisfies readonly ErrorCode[]

/** Reads `?version=` and `?variant=`. Fails with `worker_not_found`, and for each wrong value with its code. */
export async function packageFileRequest(
  context: Context,
  services: Services,
  address: string,
): Promise<PackageFileRequest> {
  const version = queryParameter(context, VERSION_QUERY)
  const variant = queryParameter(context, VARIANT)
  const target = await workerAt(address, services)
  return {
    target,
    version: version === 'latest' ? null : version,
    variant: variant ?? target.variant,
    origin: publicUrlOf(context, services),
  }
}

/** The documents that the file is made of. Fails with `release_not_found`. */
export async function packageFileInput(
  { target, version, variant, origin }: PackageFileRequest,
  services: Services,
): Promise<PackageFileInput> {
  const worker = await parsedWorker(services, target.worker, workerDocumentSchema)
  const wanted = version ?? worker.version
  const release = await services.reader.release(worker.id, wanted)
  if (!release) throw releaseNotFound(worker.id, wanted)
  return { worker, release, variant, origin, servesSources: services.sourceRepositories !== null }
}

import {
  type CatalogState,
  catalogStateSchema,
  catalogStatusSchema,
  type Finding,
  type ReleaseDocument,
  type ReleaseInput,
  releaseDocumentSchema,
  type SyncInput,
  syncEntriesResultSchema,
  syncStateSchema,
  type TokenAnswer,
  type TokenInput,
  tokenAnswerSchema,
  type UploadInput,
  type UploadState,
  uploadStateSchema,
  versionsDocumentSchema,
  workerDocumentSchema,
  workerListSchema,
} from '@rbee/schema'
import { z } from 'zod'
import { type Call, call, type TransportOptions } from './transport.ts'

export type ClientOptions = TransportOptions
/** A registry's API as functions; every failure is an `RbeeError`. */
export type RegistryClient = ReturnType<typeof createClient>

/** Uploads of large archives end with the server reading all of it once. */
const COMPLETE_TIMEOUT_MS = 10 * 60_000

/** A part takes this long on a line of 28 kB/s. */
const PART_TIMEOUT_MS = 10 * 60_000

export function createClient(options: ClientOptions) {
  const get = <Schema extends z.ZodType>(path: string, schema: Schema) =>
    send({ method: 'GET', path }, schema)
  const send = async <Schema extends z.ZodType>(request: Call, schema: Schema, timeoutMs?: number) =>
    (await call(timeoutMs === undefined ? options : { ...options, timeoutMs }, request, schema)).data

  return {
    getWorker: (id: string) => get(`/v1/workers/${encodeURIComponent(id)}`, workerDocumentSchema),
    listVersions: (id: string) =>
      get(`/v1/workers/${encodeURIComponent(id)}/versions`, versionsDocumentSchema),
    /** @param version a version, or `latest` */
    getRelease: (id: string, version: string): Promise<ReleaseDocument> =>
      get(`/v1/workers/${encodeURIComponent(id)}/${encodeURIComponent(version)}`, releaseDocumentSchema),
    listWorkers: (page: { limit?: number; cursor?: string } = {}) =>
      get(`/v1/workers${query(page)}`, workerListSchema),
    catalogStatus: () => get('/v1/catalog/status', catalogStatusSchema),

    openUpload: (input: UploadInput, signal?: AbortSignal): Promise<UploadState> =>
      send({ method: 'POST', path: '/v1/uploads', json: input, signal }, uploadStateSchema),
    uploadState: (id: string): Promise<UploadState> =>
      get(`/v1/uploads/${encodeURIComponent(id)}`, uploadStateSchema),
    /** @param part from 1 */
    putPart: (id: string, part: number, bytes: Uint8Array, signal?: AbortSignal): Promise<UploadState> =>
      send(
        { method: 'PUT', path: `/v1/uploads/${encodeURIComponent(id)}/parts/${part}`, bytes, signal },
        uploadStateSchema,
        PART_TIMEOUT_MS,
      ),
    completeUpload: (id: string, signal?: AbortSignal): Promise<UploadState> =>
      send(
        { method: 'POST', path: `/v1/uploads/${encodeURIComponent(id)}/complete`, signal },
        uploadStateSchema,
        COMPLETE_TIMEOUT_MS,
      ),
    abandonUpload: (id: string): Promise<void> =>
      send({ method: 'DELETE', path: `/v1/uploads/${encodeURIComponent(id)}` }, z.undefined()),
    /** `created` is false when exactly this release was there already. */
    publishRelease: async (
      id: string,
      version: string,
      input: ReleaseInput,
      signal?: AbortSignal,
    ): Promise<{ created: boolean; release: ReleaseDocument }> => {
      const path = `/v1/workers/${encodeURIComponent(id)}/${encodeURIComponent(version)}`
      const answer = await call(options, { method: 'PUT', path, json: input, signal }, releaseDocumentSchema)
      return { created: answer.status === 201, release: answer.data }
    },

    beginSync: (input: SyncInput) =>
      send({ method: 'POST', path: '/v1/catalog/syncs', json: input }, syncStateSchema),
    addSyncEntries: (sync: string, entries: readonly unknown[]) =>
      send(
        { method: 'PUT', path: `/v1/catalog/syncs/${encodeURIComponent(sync)}/entries`, json: { entries } },
        syncEntriesResultSchema,
      ),
    finishSync: (sync: string, findings: readonly Finding[]): Promise<CatalogState> =>
      send(
        { method: 'POST', path: `/v1/catalog/syncs/${encodeURIComponent(sync)}/finish`, json: { findings } },
        catalogStateSchema,
        COMPLETE_TIMEOUT_MS,
      ),

    createToken: (input: TokenInput): Promise<TokenAnswer> =>
      send({ method: 'POST', path: '/v1/tokens', json: input }, tokenAnswerSchema),
    revokeToken: (id: string): Promise<void> =>
      send({ method: 'DELETE', path: `/v1/tokens/${encodeURIComponent(id)}` }, z.undefined()),
  }
}

function query(values: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as [string, string]],
  )
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`
}

import { ENVELOPE_MEDIA_TYPE } from '@rbee/provenance'
import type { Sha256, Version, WorkerId } from '@rbee/schema'
import { type TileKey, tilePath } from '@rbee/transparency-log'

/** Every document that the registry writes. Nothing is stored under a name that is not in this union. */
export type DocumentKey =
  | { readonly kind: 'worker'; readonly id: WorkerId }
  | { readonly kind: 'versions'; readonly id: WorkerId }
  | { readonly kind: 'release'; readonly id: WorkerId; readonly version: Version }
  | { readonly kind: 'alias'; readonly name: string }
  | { readonly kind: 'readme'; readonly id: WorkerId }
  | { readonly kind: 'changelog'; readonly id: WorkerId }
  | { readonly kind: 'checks'; readonly id: WorkerId }
  | { readonly kind: 'pkgbuild'; readonly id: WorkerId }
  | { readonly kind: 'srcinfo'; readonly id: WorkerId }
  | { readonly kind: 'worker-rows'; readonly id: WorkerId }
  | { readonly kind: 'release-row'; readonly id: WorkerId; readonly version: Version }
  | { readonly kind: 'list-root' }
  | { readonly kind: 'list-page'; readonly sha256: Sha256 }
  | { readonly kind: 'catalog-status' }
  | { readonly kind: 'programs' }
  | { readonly kind: 'revocations' }
  | { readonly kind: 'blocked-archive'; readonly sha256: Sha256 }
  | { readonly kind: 'licensed-archive'; readonly sha256: Sha256 }
  | { readonly kind: 'license-row'; readonly id: string }
  | { readonly kind: 'stats'; readonly id: WorkerId }
  | { readonly kind: 'stats-overview' }
  | { readonly kind: 'download-salt' }
  | { readonly kind: 'worker-keys'; readonly id: WorkerId }
  | { readonly kind: 'provenance'; readonly sha256: Sha256 }
  | { readonly kind: 'file-list'; readonly sha256: Sha256 }
  | { readonly kind: 'image'; readonly sha256: Sha256 }
  | { readonly kind: 'rebuilds'; readonly id: WorkerId; readonly version: Version }
  | { readonly kind: 'worker-log'; readonly id: WorkerId }
  | { readonly kind: 'log-checkpoint' }
  | { readonly kind: 'log-key' }
  | ({ readonly kind: 'log-tile' } & TileKey)
  | { readonly kind: 'worker-index'; readonly id: WorkerId }
  | { readonly kind: 'signed-timestamp' }
  | { readonly kind: 'signed-file'; readonly name: string }
  | { readonly kind: 'signed-retired' }

/** Caching and type of a kind of document. */
export interface DocumentHeaders {
  readonly contentType: string
  readonly cacheControl: string
}

const JSON_TYPE = 'application/json; charset=utf-8'
/** Short, so that a release is seen soon; a strong ETag makes asking again cheap. */
const SHORT = 'public, max-age=60, stale-while-revalidate=300'
/** Clients of earlier catalogs were promised figures of the last hour: five minutes fresh, the rest while asking anew. */
const SLOW = 'public, max-age=300, stale-while-revalidate=3300'
/** Asked for anew each time: an old timestamp hides what is new. */
const NEVER = 'public, no-cache'
const FOREVER = 'public, max-age=31536000, immutable'

/** Folder of signed metadata and of what it lists. */
const SIGNED = 'documents/tuf'

/** The path of a document below the store's root. Ids and versions hold no separators, so paths cannot collide or climb. */
export function documentPath(key: DocumentKey): string {
  switch (key.kind) {
    case 'worker':
      return `documents/workers/${key.id}/worker.json`
    case 'versions':
      return `documents/workers/${key.id}/versions.json`
    case 'release':
      return `documents/workers/${key.id}/releases/${key.version}.json`
    case 'alias':
      return `documents/aliases/${key.name}.json`
    case 'readme':
      return `documents/workers/${key.id}/README.md`
    case 'changelog':
      return `documents/workers/${key.id}/CHANGELOG.md`
    case 'checks':
      return `documents/workers/${key.id}/checks.json`
    case 'pkgbuild':
      return `documents/workers/${key.id}/PKGBUILD`
    case 'srcinfo':
      return `documents/workers/${key.id}/SRCINFO`
    case 'worker-rows':
      return `documents/workers/${key.id}/rows/worker.json`
    case 'release-row':
      return `documents/workers/${key.id}/rows/releases/${key.version}.json`
    case 'list-root':
      return 'documents/list/root.json'
    case 'list-page':
      return `documents/list/pages/${key.sha256}.json`
    case 'catalog-status':
      return 'documents/catalog-status.json'
    case 'programs':
      return 'documents/programs.json'
    case 'revocations':
      return 'documents/revocations.json'
    case 'blocked-archive':
      return `documents/blocked-archives/${key.sha256}.json`
    case 'licensed-archive':
      return `documents/licensed-archives/${key.sha256.slice(0, 2)}/${key.sha256}.json`
    case 'license-row':
      return `documents/licenses/${key.id}.json`
    case 'stats':
      return `documents/workers/${key.id}/stats.json`
    case 'stats-overview':
      return 'documents/stats/overview.json'
    case 'download-salt':
      return 'documents/stats/download-salt.json'
    case 'worker-keys':
      return `documents/workers/${key.id}/keys.json`
    case 'provenance':
      return `documents/provenance/${key.sha256.slice(0, 2)}/${key.sha256}.json`
    case 'file-list':
      return `documents/file-lists/${key.sha256.slice(0, 2)}/${key.sha256}.json`
    case 'image':
      return `documents/images/${key.sha256.slice(0, 2)}/${key.sha256}`
    case 'rebuilds':
      return `documents/workers/${key.id}/rebuilds/${key.version}.json`
    case 'worker-log':
      return `documents/workers/${key.id}/log.json`
    case 'log-checkpoint':
      return 'documents/log/checkpoint'
    case 'log-key':
      return 'documents/log/key'
    case 'log-tile':
      return `documents/log/${tilePath(key)}`
    case 'worker-index':
      return `documents/workers/${key.id}/index.json`
    case 'signed-timestamp':
      return `${SIGNED}/timestamp.json`
    case 'signed-file':
      return `${SIGNED}/${key.name}`
    case 'signed-retired':
      return `${SIGNED}/retired.json`
  }
}

export function documentHeaders(kind: DocumentKey['kind']): DocumentHeaders {
  switch (kind) {
    case 'worker':
    case 'versions':
    case 'release':
    case 'alias':
    case 'list-root':
    case 'catalog-status':
    case 'programs':
    case 'revocations':
    case 'blocked-archive':
    case 'licensed-archive':
    case 'license-row':
    case 'worker-rows':
    case 'release-row':
    case 'download-salt':
    case 'worker-index':
    case 'signed-retired':
      return { contentType: JSON_TYPE, cacheControl: SHORT }
    case 'signed-timestamp':
      return { contentType: JSON_TYPE, cacheControl: NEVER }
    case 'stats':
    case 'stats-overview':
      return { contentType: JSON_TYPE, cacheControl: SLOW }
    case 'provenance':
      return { contentType: ENVELOPE_MEDIA_TYPE, cacheControl: FOREVER }
    case 'list-page':
    case 'signed-file':
      return { contentType: JSON_TYPE, cacheControl: FOREVER }
    case 'rebuilds':
    case 'checks':
    case 'file-list':
    case 'worker-keys':
    case 'worker-log':
      return { contentType: JSON_TYPE, cacheControl: SHORT }
    case 'log-checkpoint':
      return { contentType: 'text/plain; charset=utf-8', cacheControl: NEVER }
    case 'log-tile':
      return { contentType: 'application/octet-stream', cacheControl: FOREVER }
    // Its bytes say which picture it is.
    case 'image':
      return { contentType: 'application/octet-stream', cacheControl: FOREVER }
    case 'readme':
    case 'changelog':
      return { contentType: 'text/markdown; charset=utf-8', cacheControl: SHORT }
    case 'pkgbuild':
    case 'srcinfo':
    case 'log-key':
      return { contentType: 'text/plain; charset=utf-8', cacheControl: SHORT }
  }
}

/** Archives are stored by the SHA-256 of their bytes. */
export function archivePath(sha256: Sha256): string {
  return `archives/sha256/${sha256.slice(0, 2)}/${sha256}`
}

export const ARCHIVE_CACHE_CONTROL = FOREVER

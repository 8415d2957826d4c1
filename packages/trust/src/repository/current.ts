import { RbeeError } from '@rbee/schema'
import { type Envelope, parseEnvelope } from '../metadata/envelope.ts'
import { metadataFile, TIMESTAMP } from '../metadata/names.ts'
import {
  type Bin,
  binSchema,
  type Root,
  rootSchema,
  type Snapshot,
  snapshotSchema,
  type TargetsRole,
  type Timestamp,
  targetsRoleSchema,
  timestampSchema,
} from '../metadata/roles.ts'
import type { MetadataStore, StoredFile } from './store.ts'

/** What the repository says at one moment. */
export interface Current {
  readonly timestamp: Envelope<Timestamp>
  /** Tag of the timestamp: as long as it holds, so does all else. */
  readonly etag: string
  readonly snapshot: Envelope<Snapshot>
}

/** Null for a repository that has no timestamp yet. */
export async function readCurrent(store: MetadataStore): Promise<Current | null> {
  const stored = await store.get(TIMESTAMP)
  if (stored === null) return null
  const timestamp = parseEnvelope(stored.body, timestampSchema)
  const { version } = timestamp.signed.meta['snapshot.json']
  const snapshot = parseEnvelope(await readFile(store, metadataFile('snapshot', version)), snapshotSchema)
  return { timestamp, etag: stored.etag, snapshot }
}

export async function readBin(store: MetadataStore, name: string, version: number): Promise<Bin> {
  return parseEnvelope(await readFile(store, metadataFile(name, version)), binSchema).signed
}

export async function readTargets(store: MetadataStore, version: number): Promise<TargetsRole> {
  return parseEnvelope(await readFile(store, metadataFile('targets', version)), targetsRoleSchema).signed
}

/** The newest root; null where there is none. @param from version of a root that is known to be there. */
export async function readRoot(
  store: MetadataStore,
  from = 1,
): Promise<{ readonly root: Root; readonly file: StoredFile } | null> {
  let newest: StoredFile | null = null
  for (let version = from; ; version += 1) {
    const next = await store.get(metadataFile('root', version))
    if (next === null) break
    newest = next
  }
  return newest && { root: parseEnvelope(newest.body, rootSchema).signed, file: newest }
}

async function readFile(store: MetadataStore, name: string): Promise<Uint8Array> {
  const stored = await store.get(name)
  if (stored !== null) return stored.body
  throw new RbeeError('state_damaged', `The signed metadata names ${name}, which is not stored`, {
    next: 'stop the server, remove the folder documents/tuf, and start it: it signs everything anew',
  })
}

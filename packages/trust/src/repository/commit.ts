import { binOf } from '../metadata/bins.ts'
import { signedFile } from '../metadata/envelope.ts'
import type { Signer } from '../metadata/keys.ts'
import { metadataFile, sha256Of, TIMESTAMP } from '../metadata/names.ts'
import { type Bin, type MetaFile, type Snapshot, SPEC_VERSION, type Timestamp } from '../metadata/roles.ts'
import { expiry } from '../metadata/time.ts'
import { type Current, readBin, readCurrent } from './current.ts'
import { versionIn } from './edit-bins.ts'
import { inGroups } from './in-groups.ts'
import { BIN_LIFETIME, type Lifetime, SNAPSHOT_LIFETIME, TIMESTAMP_LIFETIME } from './lifetimes.ts'
import { retire } from './retire.ts'
import type { MetadataStore } from './store.ts'
import { writeVersion } from './write-version.ts'

export interface CommitPorts {
  readonly store: MetadataStore
  readonly online: Signer
  /** Milliseconds since the epoch. */
  readonly clock: () => number
}

/** What shall be signed anew; the timestamp always is. */
export interface Edit {
  /** What each of these bins shall list; the others stay as they are. */
  readonly bins: ReadonlyMap<string, Bin['targets']>
  /** Version of the targets role, where it changes; it is stored already. */
  readonly targets?: number
  /** Signs the snapshot anew, even where nothing in it changes. */
  readonly snapshot?: true
  /** Files that are listed no more. */
  readonly left?: readonly string[]
  /** What has to be stored right before the timestamp. */
  readonly beforeTimestamp?: () => Promise<void>
}

/** Of writers that keep getting in each other's way, one succeeds in every round. */
const MAX_ROUNDS = 200

/**
 * Changes the repository in one step for readers: bins and snapshot are written under names that nothing had before, and
 * then the timestamp is replaced, under the condition that it is still the one that was read first. Otherwise all is done
 * again.
 *
 * @param prepare says what has to be signed, reading all that it depends on; null where nothing has to be.
 */
export async function commit(
  ports: CommitPorts,
  prepare: (current: Current | null) => Promise<Edit | null>,
): Promise<void> {
  const { store } = ports
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const current = await readCurrent(store)
    const edit = await prepare(current)
    if (edit === null) return
    const retired = [...(edit.left ?? [])]
    const snapshot = await writeSnapshot(ports, current, edit, retired)
    await edit.beforeTimestamp?.()
    const timestamp = composeTimestamp(ports, current, snapshot)
    const stored = await store.put(TIMESTAMP, timestamp, { etag: current?.etag ?? null })
    if (stored === null) continue
    await retire(store, retired, ports.clock(), (name) => isNamed(store, name))
    return
  }
  throw new Error('The signed metadata kept changing while it was written')
}

/** Writes bins and snapshot where the edit asks for them. @returns what the timestamp has to say of the snapshot. */
async function writeSnapshot(
  ports: CommitPorts,
  current: Current | null,
  edit: Edit,
  retired: string[],
): Promise<MetaFile> {
  const named = current?.timestamp.signed.meta['snapshot.json']
  if (named !== undefined && edit.bins.size === 0 && edit.targets === undefined && !edit.snapshot)
    return named
  const { store, online, clock } = ports
  const meta: Snapshot['meta'] = { ...current?.snapshot.signed.meta }
  if (edit.targets !== undefined) meta['targets.json'] = { version: edit.targets }
  await inGroups(edit.bins, async ([name, targets]) => {
    const previous = meta[`${name}.json`]?.version
    const { version } = await writeVersion(
      store,
      name,
      { previous: previous ?? 0, now: clock() },
      (version) => {
        const bin: Bin = { _type: 'targets', ...common(version, clock(), BIN_LIFETIME), targets }
        return signedFile(bin, [online])
      },
    )
    if (previous !== undefined) retired.push(metadataFile(name, previous))
    meta[`${name}.json`] = { version }
  })
  if (named !== undefined) retired.push(metadataFile('snapshot', named.version))
  const written = await writeVersion(
    store,
    'snapshot',
    { previous: named?.version ?? 0, now: clock() },
    (version) => {
      const snapshot: Snapshot = { _type: 'snapshot', ...common(version, clock(), SNAPSHOT_LIFETIME), meta }
      return signedFile(snapshot, [online])
    },
  )
  const { version, body } = written
  return { version, length: body.length, hashes: { sha256: sha256Of(body) } }
}

function composeTimestamp({ online, clock }: CommitPorts, current: Current | null, snapshot: MetaFile) {
  const now = clock()
  // As in `writeVersion`: never below what a store that was lost had signed.
  const version = Math.max((current?.timestamp.signed.version ?? 0) + 1, Math.floor(now / 1000))
  const timestamp: Timestamp = {
    _type: 'timestamp',
    ...common(version, now, TIMESTAMP_LIFETIME),
    meta: { 'snapshot.json': snapshot },
  }
  return signedFile(timestamp, [online])
}

function common(version: number, now: number, { validMs }: Lifetime) {
  return { spec_version: SPEC_VERSION, version, expires: expiry(now, validMs) }
}

const LISTED_FILE = /^targets\/((?:[^/]+\/)*)([0-9a-f]{64})\.([^/]+)$/

/** Whether the metadata as it is now names a file of {@link retire}. */
async function isNamed(store: MetadataStore, name: string): Promise<boolean> {
  const match = LISTED_FILE.exec(name)
  // Versions of roles are never written again.
  if (match === null) return false
  const [, folder, sha256, file] = match
  const path = `${folder}${file}`
  const current = await readCurrent(store)
  if (current === null) return true
  const bin = binOf(path)
  const { targets } = await readBin(store, bin, versionIn(current.snapshot.signed.meta, bin))
  return targets[path]?.hashes.sha256 === sha256
}

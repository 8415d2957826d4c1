import { metadataFile, sha256Of, TIMESTAMP } from '../metadata/names.ts'
import {
  type MetaFile,
  type Root,
  type Snapshot,
  snapshotSchema,
  type TargetsRole,
  type Timestamp,
  targetsRoleSchema,
  timestampSchema,
} from '../metadata/roles.ts'
import type { TrustPorts } from './ports.ts'
import {
  keptFile,
  LIMITS,
  mixed,
  notKept,
  parsed,
  requireCurrent,
  requireSigned,
  rollback,
  withheld,
} from './refusals.ts'
import { updateRoot } from './trusted-root.ts'

/** What is believed of a registry at one moment. */
export interface Believed {
  readonly root: Root
  readonly timestamp: Timestamp
  readonly snapshot: Snapshot
  readonly targets: TargetsRole
}

/**
 * Brings what is trusted up to date, as section 5 of the specification says, and keeps each file once it is verified.
 * Each attack fails with a code of its own; see `SECURITY.md`. Without a source, what is kept is verified again, whenever
 * it expires.
 */
export async function updateMetadata(ports: TrustPorts): Promise<Believed> {
  // Section 5.1: time does not pass during an update.
  const now = ports.clock()
  const root = await updateRoot(ports, now)
  const timestamp = await updateTimestamp(ports, root, now)
  const snapshot = await updateSnapshot(ports, root, timestamp, now)
  const targets = await updateTargets(ports, root, snapshot, now)
  return { root, timestamp, snapshot, targets }
}

/** Section 5.4. */
async function updateTimestamp({ source, store }: TrustPorts, root: Root, now: number): Promise<Timestamp> {
  const kept = await store.read(TIMESTAMP)
  const known = keptFile(kept, timestampSchema, root.roles.timestamp, root.keys)?.signed ?? null
  if (source === null) {
    if (known === null) throw notKept('timestamp')
    return known
  }
  const bytes = await source.fetch(TIMESTAMP, LIMITS.timestamp)
  if (bytes === null) throw withheld('timestamp')
  const { signed, ...file } = parsed(bytes, timestampSchema, 'timestamp')
  requireSigned({ signed, ...file }, root.roles.timestamp, root.keys, 'timestamp')
  if (known !== null) {
    if (signed.version < known.version) throw rollback('timestamp', known.version, signed.version)
    const [before, after] = [known, signed].map(({ meta }) => meta['snapshot.json'].version)
    if (before !== undefined && after !== undefined && after < before)
      throw rollback('snapshot', before, after)
  }
  // Section 5.4.3.1: one of the same version is the one that is known.
  const current = known !== null && known.version === signed.version ? known : signed
  requireCurrent(current.expires, now, 'timestamp')
  if (current === signed) await store.write(TIMESTAMP, bytes)
  return current
}

/** Section 5.5. */
async function updateSnapshot(
  ports: TrustPorts,
  root: Root,
  timestamp: Timestamp,
  now: number,
): Promise<Snapshot> {
  const { source, store } = ports
  const meta = timestamp.meta['snapshot.json']
  const kept = await store.read('snapshot.json')
  const known = keptFile(kept, snapshotSchema, root.roles.snapshot, root.keys)
  if (known !== null && kept !== null && isFile(kept, meta) && known.signed.version === meta.version) {
    if (source !== null) requireCurrent(known.signed.expires, now, 'snapshot')
    return known.signed
  }
  if (source === null) throw notKept('snapshot')
  const bytes = await source.fetch(metadataFile('snapshot', meta.version), meta.length ?? LIMITS.snapshot)
  if (bytes === null) throw withheld('snapshot')
  if (!isFile(bytes, meta)) throw mixed('snapshot', 'the timestamp names another')
  const file = parsed(bytes, snapshotSchema, 'snapshot')
  requireSigned(file, root.roles.snapshot, root.keys, 'snapshot')
  if (file.signed.version !== meta.version) throw mixed('snapshot', 'the timestamp names another version')
  if (known !== null) requireNoRollback(known.signed, file.signed)
  requireCurrent(file.signed.expires, now, 'snapshot')
  await store.write('snapshot.json', bytes)
  return file.signed
}

/** Section 5.5.5: no role is gone, and none is older than it was. */
function requireNoRollback(known: Snapshot, snapshot: Snapshot): void {
  for (const [name, { version }] of Object.entries(known.meta)) {
    const given = snapshot.meta[name]?.version ?? null
    if (given === null || given < version) throw rollback(name, version, given)
  }
}

/** Section 5.6 for the role at the top. */
async function updateTargets(
  { source, store }: TrustPorts,
  root: Root,
  snapshot: Snapshot,
  now: number,
): Promise<TargetsRole> {
  const meta = snapshot.meta['targets.json']
  if (meta === undefined) throw mixed('snapshot', 'it names no targets')
  const kept = await store.read('targets.json')
  const known = keptFile(kept, targetsRoleSchema, root.roles.targets, root.keys)
  if (known !== null && known.signed.version === meta.version) {
    if (source !== null) requireCurrent(known.signed.expires, now, 'targets')
    return known.signed
  }
  if (source === null) throw notKept('targets')
  const bytes = await source.fetch(metadataFile('targets', meta.version), meta.length ?? LIMITS.targets)
  if (bytes === null) throw withheld('targets')
  if (!isFile(bytes, meta)) throw mixed('targets', 'the snapshot names others')
  const file = parsed(bytes, targetsRoleSchema, 'targets')
  requireSigned(file, root.roles.targets, root.keys, 'targets')
  if (file.signed.version !== meta.version) throw mixed('targets', 'the snapshot names another version')
  requireCurrent(file.signed.expires, now, 'targets')
  await store.write('targets.json', bytes)
  return file.signed
}

/** Size and digest, as far as they are stated. */
export function isFile(bytes: Uint8Array, { length, hashes }: Pick<MetaFile, 'length' | 'hashes'>): boolean {
  if (length !== undefined && bytes.length !== length) return false
  return hashes === undefined || sha256Of(bytes) === hashes.sha256
}

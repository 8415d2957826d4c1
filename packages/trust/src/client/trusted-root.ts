import { RbeeError } from '@rbee/schema'
import type { Envelope } from '../metadata/envelope.ts'
import { metadataFile, sha256Of } from '../metadata/names.ts'
import { type Root, rootSchema } from '../metadata/roles.ts'
import type { MetadataSource, TrustPorts, TrustStore } from './ports.ts'
import { LIMITS, parsed, requireCurrent, requireSigned, rollback, withheld } from './refusals.ts'

/** Roots that may be published between two runs of a client. */
const MAX_ROTATIONS = 256

/** A root in which somebody trusts, or may. */
export interface TrustedRoot {
  readonly version: number
  /** Of its file, hexadecimal. */
  readonly sha256: string
  readonly bytes: Uint8Array
}

/** Reads the file of a root, as an operator hands it out. Fails with `metadata_invalid` and `metadata_signature`. */
export function readRootFile(bytes: Uint8Array): TrustedRoot {
  const root = parsed(bytes, rootSchema, 'root')
  requireOwnKeys(root)
  return { version: root.signed.version, sha256: sha256Of(bytes), bytes }
}

/** Trusts a registry from now on: forgets what was known of it before. */
export async function trustRoot(store: TrustStore, { bytes }: TrustedRoot): Promise<void> {
  await forgetOnline(store)
  await store.write('root.json', bytes)
}

/**
 * The first root of a registry of which nothing is known: whoever answers is believed, so that a person has to agree.
 * Fails with `metadata_withheld` where the registry signs nothing.
 */
export async function fetchFirstRoot(source: MetadataSource): Promise<TrustedRoot> {
  const bytes = await source.fetch(metadataFile('root', 1), LIMITS.root)
  if (bytes === null) throw withheld('root')
  return readRootFile(bytes)
}

/**
 * The newest root that the trusted one leads to (sections 5.2 and 5.3 of the specification), kept step by step. Fails with
 * `registry_untrusted` where none is trusted yet.
 *
 * @param now when the update began.
 */
export async function updateRoot({ source, store }: TrustPorts, now: number): Promise<Root> {
  const first = await readTrustedRoot(store)
  let trusted = first
  for (let step = 0; source !== null && step < MAX_ROTATIONS; step += 1) {
    const version = trusted.signed.version + 1
    const bytes = await source.fetch(metadataFile('root', version), LIMITS.root)
    if (bytes === null) break
    const next = parsed(bytes, rootSchema, 'root')
    requireSigned(next, trusted.signed.roles.root, trusted.signed.keys, 'root')
    requireOwnKeys(next)
    if (next.signed.version !== version) throw rollback('root', trusted.signed.version, next.signed.version)
    await store.write('root.json', bytes)
    trusted = next
  }
  if (source !== null) requireCurrent(trusted.signed.expires, now, 'root')
  // Section 5.3.11: versions that a stolen key may have driven up count no more.
  if (onlineKeys(first.signed) !== onlineKeys(trusted.signed)) await forgetOnline(store)
  return trusted.signed
}

async function readTrustedRoot(store: TrustStore): Promise<Envelope<Root>> {
  const bytes = await store.read('root.json')
  if (bytes !== null) return parsed(bytes, rootSchema, 'root')
  throw new RbeeError('registry_untrusted', 'This registry is not trusted yet', {
    next: 'trust it with: rbee-hive trust add URL --root FILE',
  })
}

function requireOwnKeys(root: Envelope<Root>): void {
  requireSigned(root, root.signed.roles.root, root.signed.keys, 'root')
}

function onlineKeys({ roles }: Root): string {
  return JSON.stringify([roles.timestamp.keyids.toSorted(), roles.snapshot.keyids.toSorted()])
}

async function forgetOnline(store: TrustStore): Promise<void> {
  for (const name of ['timestamp.json', 'snapshot.json']) await store.remove(name)
}

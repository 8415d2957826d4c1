import { RbeeError, type WorkerId, type WorkerIndex } from '@rbee/schema'
import { binOf } from '../metadata/bins.ts'
import { metadataFile, sha256Of, targetFile, workerTarget } from '../metadata/names.ts'
import { type Bin, binSchema } from '../metadata/roles.ts'
import { parseIndex } from './parse-index.ts'
import type { TrustPorts } from './ports.ts'
import {
  keptFile,
  LIMITS,
  mixed,
  notKept,
  parsed,
  requireCurrent,
  requireSigned,
  withheld,
} from './refusals.ts'
import { type Believed, isFile, updateMetadata } from './update-metadata.ts'

/** A registry as its signed metadata describes it. */
export interface TrustedRegistry {
  /** Version of the root that is trusted now. */
  readonly rootVersion: number
  /** Version of the timestamp: it grows whenever anything is signed. */
  readonly version: number
  /** When the timestamp expires: until then a copy of the registry may hide newer releases. */
  readonly expires: string
  /** A file that the metadata lists, verified; null where it lists none of this path. Fails with `document_altered`. */
  target(path: string): Promise<Uint8Array | null>
  /** What is signed of a worker; null for a worker that the registry does not list. */
  worker(id: WorkerId): Promise<WorkerIndex | null>
}

/** Updates what is trusted of a registry, and reads it from then on as of that moment. See `updateMetadata`. */
export async function openTrustedRegistry(ports: TrustPorts): Promise<TrustedRegistry> {
  const believed = await updateMetadata(ports)
  const target = (path: string) => readTarget(ports, believed, path)
  return {
    rootVersion: believed.root.version,
    version: believed.timestamp.version,
    expires: believed.timestamp.expires,
    target,
    async worker(id) {
      const bytes = await target(workerTarget(id))
      if (bytes === null) return null
      const index = parseIndex(bytes)
      // Otherwise one worker's documents could be listed in place of another's.
      if (index.worker !== id) throw foreign(`What is signed as ${id} describes ${index.worker}`)
      return index
    },
  }
}

/** Section 5.7: the file itself, by the digest that its bin gives. */
async function readTarget(ports: TrustPorts, believed: Believed, path: string): Promise<Uint8Array | null> {
  const { source, store } = ports
  const facts = (await readBin(ports, believed, path)).targets[path]
  if (facts === undefined) return null
  const kept = await store.read(path)
  if (kept !== null && isFile(kept, facts)) return kept
  if (source === null) throw notKept(path)
  const bytes = await source.fetch(targetFile(path, facts.hashes.sha256), facts.length)
  if (bytes === null) throw withheld(path)
  if (!isFile(bytes, facts)) throw altered(path)
  await store.write(path, bytes)
  return bytes
}

/** Section 5.6: the bin that lists a path. It is the only one that may, so the search ends there. */
async function readBin(
  { source, store, clock }: TrustPorts,
  { targets, snapshot }: Believed,
  path: string,
): Promise<Bin> {
  const { keys, succinct_roles } = targets.delegations
  const name = binOf(path, succinct_roles)
  const meta = snapshot.meta[`${name}.json`]
  if (meta === undefined) throw mixed('snapshot', `it does not name ${name}`)
  const file = `${name}.json`
  const known = keptFile(await store.read(file), binSchema, succinct_roles, keys)
  if (known !== null && known.signed.version === meta.version) {
    if (source !== null) requireCurrent(known.signed.expires, clock(), name)
    return known.signed
  }
  if (source === null) throw notKept(name)
  const bytes = await source.fetch(metadataFile(name, meta.version), meta.length ?? LIMITS.targets)
  if (bytes === null) throw withheld(name)
  if (!isFile(bytes, meta)) throw mixed(name, 'the snapshot names another')
  const bin = parsed(bytes, binSchema, name)
  requireSigned(bin, succinct_roles, keys, name)
  if (bin.signed.version !== meta.version) throw mixed(name, 'the snapshot names another version')
  requireCurrent(bin.signed.expires, clock(), name)
  await store.write(file, bytes)
  return bin.signed
}

/**
 * Checks that what was asked for leads to this worker. Fails with `document_foreign`.
 *
 * @param address an id or alias, as a user writes it.
 * @returns the variant that the address means; null for the worker itself.
 */
export function requireAddress(index: WorkerIndex, address: string): string | null {
  const variant = Object.hasOwn(index.addresses, address) ? index.addresses[address] : undefined
  if (variant !== undefined) return variant
  throw foreign(`The registry answers with ${index.worker} when asked for ${address}`)
}

/**
 * Checks a document of a worker, wherever it came from. Fails with `document_altered`, and with `document_foreign` where it
 * is another document of the worker or none of it.
 *
 * @param address on the server, such as `/v1/workers/llm-worker/1.0.0`.
 */
export function requireDocument(index: WorkerIndex, address: string, bytes: Uint8Array): void {
  const facts = Object.hasOwn(index.documents, address) ? index.documents[address] : undefined
  if (facts === undefined) throw foreign(`${address} is no document of ${index.worker} that is signed`)
  const sha256 = sha256Of(bytes)
  if (sha256 === facts.sha256 && bytes.length === facts.length) return
  const other = Object.entries(index.documents).find(([, one]) => one.sha256 === sha256)
  if (other !== undefined) throw foreign(`The registry answers with ${other[0]} when asked for ${address}`)
  throw altered(address)
}

function foreign(message: string): RbeeError {
  return new RbeeError('document_foreign', message, {
    next: 'nothing was changed; somebody may be passing off other software as what you asked for',
  })
}

function altered(what: string): RbeeError {
  return new RbeeError('document_altered', `${what} is not what the registry signed`, {
    next: 'nothing was changed; try again, and tell the operator of the registry if it stays',
    details: { file: what },
  })
}

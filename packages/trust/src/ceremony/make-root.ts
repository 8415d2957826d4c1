import { BIN_BITS, BIN_PREFIX } from '../metadata/bins.ts'
import { signedFile } from '../metadata/envelope.ts'
import type { PublicKey, Signer } from '../metadata/keys.ts'
import { keyIdOf } from '../metadata/keys.ts'
import { type Keys, type Root, SPEC_VERSION, type TargetsRole } from '../metadata/roles.ts'
import { DAY_MS, expiry } from '../metadata/time.ts'

/** How long root and targets are valid by default: they are renewed by people. */
export const OFFLINE_LIFETIME_MS = 365 * DAY_MS

/** Whom a root trusts: the offline keys, how many of them must sign, and the key of the server. */
export interface TrustedKeys {
  readonly offline: readonly PublicKey[]
  readonly threshold: number
  readonly online: PublicKey
}

export interface Validity {
  readonly version: number
  /** Milliseconds since the epoch. */
  readonly now: number
  readonly lifetimeMs: number
}

/**
 * The root: offline keys sign root and targets, the online key timestamp and snapshot.
 *
 * @param signers must reach the threshold of the root before, too, where keys change.
 */
export function makeRoot(keys: TrustedKeys, validity: Validity, signers: readonly Signer[]): Uint8Array {
  const { threshold } = keys
  const offline = { keyids: keys.offline.map(keyIdOf), threshold }
  const online = { keyids: [keyIdOf(keys.online)], threshold: 1 }
  const root: Root = {
    _type: 'root',
    ...common(validity),
    consistent_snapshot: true,
    keys: keysById([...keys.offline, keys.online]),
    roles: { root: offline, targets: offline, snapshot: online, timestamp: online },
  }
  return signedFile(root, signers)
}

/** The targets: lists no file itself, and hands all on to bins that the online key signs. */
export function makeTargets(online: PublicKey, validity: Validity, signers: readonly Signer[]): Uint8Array {
  const targets: TargetsRole = {
    _type: 'targets',
    ...common(validity),
    targets: {},
    delegations: {
      keys: keysById([online]),
      succinct_roles: {
        keyids: [keyIdOf(online)],
        threshold: 1,
        bit_length: BIN_BITS,
        name_prefix: BIN_PREFIX,
      },
    },
  }
  return signedFile(targets, signers)
}

function common({ version, now, lifetimeMs }: Validity) {
  return { spec_version: SPEC_VERSION, version, expires: expiry(now, lifetimeMs) }
}

function keysById(keys: readonly PublicKey[]): Keys {
  return Object.fromEntries(keys.map((key) => [keyIdOf(key), key]))
}

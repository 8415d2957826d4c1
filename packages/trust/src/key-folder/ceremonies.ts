import { RbeeError } from '@rbee/schema'
import { type Ceremony, checkCeremony } from '../ceremony/chain.ts'
import { makeRoot, makeTargets, type TrustedKeys } from '../ceremony/make-root.ts'
import { keyIdOf, newSecretKey, type PublicKey, type RandomBytes } from '../metadata/keys.ts'
import { type KeyFolder, readCeremony, readRootKeys, saveCeremony, saveKey } from './key-folder.ts'

export interface CeremonySurroundings {
  /** Milliseconds since the epoch. */
  readonly clock: () => number
  readonly randomBytes: RandomBytes
  /** How long what is signed is valid, in milliseconds. */
  readonly lifetimeMs: number
}

export interface Init {
  /** Offline keys to make, and how many of them must sign. */
  readonly rootKeys: number
  readonly threshold: number
}

/** Makes a first set of keys, and signs the first root and targets. Fails with `file_exists` where there is one. */
export async function initKeys(
  folder: KeyFolder,
  { rootKeys, threshold }: Init,
  surroundings: CeremonySurroundings,
): Promise<Ceremony> {
  if ((await readCeremony(folder)) !== null) {
    throw new RbeeError('file_exists', `${folder.path} holds keys already`, {
      next: 'replace keys with: rbee-catalog keys rotate',
    })
  }
  const online = await newKey(folder, 'online', surroundings)
  const offline: PublicKey[] = []
  for (let count = 0; count < rootKeys; count += 1) offline.push(await newKey(folder, 'root', surroundings))
  return sign(folder, null, { offline, threshold, online }, surroundings)
}

/** What a ceremony replaces. */
export type Rotation = 'online' | 'root'

/**
 * Replaces the online key, or all offline keys: as many as there were, which the old ones sign for. Fails with
 * `keys_missing` where too few of them are at hand.
 */
export async function rotateKeys(
  folder: KeyFolder,
  role: Rotation,
  surroundings: CeremonySurroundings,
): Promise<Ceremony> {
  const before = await presentCeremony(folder)
  const keys = trustedKeys(before)
  await requireSigners(folder, before)
  if (role === 'online') {
    return sign(
      folder,
      before,
      { ...keys, online: await newKey(folder, 'online', surroundings) },
      surroundings,
    )
  }
  const offline: PublicKey[] = []
  for (const _ of keys.offline) offline.push(await newKey(folder, 'root', surroundings))
  return sign(folder, before, { ...keys, offline }, surroundings)
}

/**
 * Trusts a key no more, and another that is made now in its place. Fails with `usage` for a key that the root does not
 * name, and with `keys_missing`.
 *
 * @param keyId its first characters are enough.
 */
export async function revokeKey(
  folder: KeyFolder,
  keyId: string,
  surroundings: CeremonySurroundings,
): Promise<Ceremony> {
  const before = await presentCeremony(folder)
  const keys = trustedKeys(before)
  const named = [keys.online, ...keys.offline].filter((key) => keyIdOf(key).startsWith(keyId))
  const [revoked] = named
  if (revoked === undefined || named.length > 1) {
    throw new RbeeError(
      'usage',
      `${named.length === 0 ? 'No key' : 'More than one key'} of root ${before.root.version} begins with ${keyId}`,
      { next: 'see all keys with: rbee-catalog keys status' },
    )
  }
  if (revoked === keys.online) return rotateKeys(folder, 'online', surroundings)
  await requireSigners(folder, before)
  const replacement = await newKey(folder, 'root', surroundings)
  const offline = keys.offline.map((key) => (key === revoked ? replacement : key))
  return sign(folder, before, { ...keys, offline }, surroundings)
}

/** Signs root and targets with the same keys for another lifetime. Fails with `keys_missing`. */
export async function renewKeys(folder: KeyFolder, surroundings: CeremonySurroundings): Promise<Ceremony> {
  const before = await presentCeremony(folder)
  await requireSigners(folder, before)
  return sign(folder, before, trustedKeys(before), surroundings)
}

/** Whether enough offline keys are at hand to sign another root. */
export async function canSign(folder: KeyFolder, { root }: Ceremony): Promise<boolean> {
  const usable = (await readRootKeys(folder)).filter(({ keyId }) => root.roles.root.keyids.includes(keyId))
  return usable.length >= root.roles.root.threshold
}

/** Whom the newest root trusts. */
export function trustedKeys({ root }: Ceremony): TrustedKeys {
  const keyOf = (id: string): PublicKey => {
    const key = root.keys[id]
    if (key === undefined) throw new RbeeError('metadata_invalid', `The root does not hold its key ${id}`)
    return key
  }
  const [online] = root.roles.timestamp.keyids.map(keyOf)
  if (online === undefined) throw new RbeeError('metadata_invalid', 'The root names no online key')
  return { offline: root.roles.root.keyids.map(keyOf), threshold: root.roles.root.threshold, online }
}

async function sign(
  folder: KeyFolder,
  before: Ceremony | null,
  keys: TrustedKeys,
  { clock, lifetimeMs }: CeremonySurroundings,
): Promise<Ceremony> {
  const signers = await readRootKeys(folder)
  const having = (ids: readonly string[]) => signers.filter(({ keyId }) => ids.includes(keyId))
  const offline = keys.offline.map(keyIdOf)
  const former = before?.root.roles.root.keyids ?? []
  const validity = { now: clock(), lifetimeMs }
  const root = makeRoot(
    keys,
    { ...validity, version: (before?.root.version ?? 0) + 1 },
    having([...offline, ...former]),
  )
  const targets = makeTargets(
    keys.online,
    // As versions of what a server signs: another that an interrupted ceremony left behind is never the same.
    { ...validity, version: Math.max((before?.targetsRole.version ?? 0) + 1, Math.floor(clock() / 1000)) },
    having(offline),
  )
  const ceremony = checkCeremony({ roots: [...(before?.roots ?? []), root], targets })
  await saveCeremony(folder, ceremony)
  return ceremony
}

async function newKey(
  folder: KeyFolder,
  role: 'online' | 'root',
  { randomBytes }: CeremonySurroundings,
): Promise<PublicKey> {
  return (await saveKey(folder, role, newSecretKey(randomBytes))).signer.publicKey
}

/** What the folder holds. Fails with `file_not_found` where no root was signed yet. */
export async function presentCeremony(folder: KeyFolder): Promise<Ceremony> {
  const ceremony = await readCeremony(folder)
  if (ceremony !== null) return ceremony
  throw new RbeeError('file_not_found', `${folder.path} holds no keys`, {
    next: 'make them with: rbee-catalog keys init',
  })
}

async function requireSigners(folder: KeyFolder, ceremony: Ceremony): Promise<void> {
  if (await canSign(folder, ceremony)) return
  const { threshold } = ceremony.root.roles.root
  throw new RbeeError(
    'keys_missing',
    `${threshold} root keys must sign, and fewer lie in ${folder.rootPath}`,
    { next: 'name the folder that holds them with --root-dir' },
  )
}

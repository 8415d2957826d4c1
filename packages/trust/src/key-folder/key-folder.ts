import { join } from 'node:path'
import { RbeeError } from '@rbee/schema'
import { type Ceremony, checkRoots, checkTargets } from '../ceremony/chain.ts'
import { type Signer, signerOf } from '../metadata/keys.ts'
import { metadataFile } from '../metadata/names.ts'
import { readAll, writeNew } from './files.ts'

/**
 * A folder with keys: `online/` holds what a server signs with, `root/` the offline keys unless the operator keeps them
 * elsewhere, and `metadata/` what the offline keys signed, which is public.
 */
export interface KeyFolder {
  readonly path: string
  /** Where the offline keys lie. */
  readonly rootPath: string
}

/** @param rootPath where the offline keys lie; by default in the folder itself. */
export function keyFolder(path: string, rootPath = join(path, 'root')): KeyFolder {
  return { path, rootPath }
}

/** What a folder holds; null where no root was signed yet. Fails with `metadata_invalid` and `setting_invalid`. */
export async function readCeremony(folder: KeyFolder): Promise<Ceremony | null> {
  const files = await readAll(join(folder.path, 'metadata'), '.json')
  const roots: Buffer[] = []
  for (let version = 1; ; version += 1) {
    const root = files.get(metadataFile('root', version))
    if (root === undefined) break
    roots.push(root)
  }
  if (roots.length === 0) return null
  // A ceremony that was interrupted leaves targets behind that belong to no root: the newest that fits counts.
  const versions = [...files.keys()].flatMap((name) => /^(\d+)\.targets\.json$/.exec(name)?.[1] ?? [])
  for (const version of versions.map(Number).toSorted((a, b) => b - a)) {
    const targets = files.get(metadataFile('targets', version))
    if (targets === undefined) continue
    const ceremony = fitting({ roots, targets })
    if (ceremony !== null) return ceremony
  }
  throw new RbeeError('metadata_invalid', `No targets in ${folder.path} belong to root ${roots.length}`, {
    next: 'sign them anew with: rbee-catalog keys renew',
  })
}

/** Null for targets that other keys signed, or that trust another online key. */
function fitting(files: { readonly roots: readonly Buffer[]; readonly targets: Buffer }): Ceremony | null {
  const { root } = checkRoots(files.roots)
  const ceremony = checkTargets(files, root)
  const bins = ceremony?.targetsRole.delegations.succinct_roles.keyids ?? []
  return root.roles.timestamp.keyids.every((id) => bins.includes(id)) ? ceremony : null
}

/** Keeps what a ceremony signed: the root comes last, and is what counts. Fails with `busy` where it exists already. */
export async function saveCeremony(
  folder: KeyFolder,
  { root, roots, targetsRole, targets }: Ceremony,
): Promise<void> {
  const newest = roots.at(-1)
  if (newest === undefined) throw new Error('A ceremony has a root')
  const files: [string, Uint8Array][] = [
    [metadataFile('targets', targetsRole.version), targets],
    [metadataFile('root', root.version), newest],
  ]
  for (const [name, body] of files) {
    if (await writeNew(join(folder.path, 'metadata', name), body, { secret: false })) continue
    throw new RbeeError('busy', `${name} was signed by somebody else meanwhile`, { next: 'try again' })
  }
}

/** The secret keys of a server that the root names; null where there is none. */
export async function readOnlineKey(folder: KeyFolder, { root }: Ceremony): Promise<Signer | null> {
  const signers = await readKeys(join(folder.path, 'online'))
  return signers.find(({ keyId }) => root.roles.timestamp.keyids.includes(keyId)) ?? null
}

/** All offline keys that lie in the folder. */
export function readRootKeys(folder: KeyFolder): Promise<Signer[]> {
  return readKeys(folder.rootPath)
}

/** @returns the path of the file. */
export async function saveKey(
  folder: KeyFolder,
  role: 'online' | 'root',
  secret: string,
): Promise<{ signer: Signer; path: string }> {
  const signer = signerOf(secret, 'a new key')
  const parent = role === 'root' ? folder.rootPath : join(folder.path, 'online')
  const path = join(parent, `${signer.keyId.slice(0, 16)}.key`)
  await writeNew(path, `${secret}\n`, { secret: true })
  return { signer, path }
}

async function readKeys(path: string): Promise<Signer[]> {
  const files = await readAll(path, '.key')
  return [...files].map(([name, text]) => signerOf(text.toString('utf8'), join(path, name)))
}

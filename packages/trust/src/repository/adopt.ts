import { RbeeError } from '@rbee/schema'
import type { Ceremony } from '../ceremony/chain.ts'
import { allBins } from '../metadata/bins.ts'
import { countSignatures } from '../metadata/envelope.ts'
import { metadataFile, sha256Of } from '../metadata/names.ts'
import { type CommitPorts, commit, type Edit } from './commit.ts'
import { type Current, readBin, readRoot, readTargets } from './current.ts'
import { versionIn } from './edit-bins.ts'
import { inGroups } from './in-groups.ts'
import type { MetadataStore } from './store.ts'

/**
 * Publishes what the offline keys signed. Where they changed the online key, all that it signs is signed anew. Doing it
 * again changes nothing, and finishes what was interrupted. Fails with `signing_failed` where the store knows other roots.
 *
 * @param onFirst is called before the first timestamp is signed, so that a kill loses nothing, and after it, for what was
 * written meanwhile.
 */
export async function adoptCeremony(
  ports: CommitPorts,
  ceremony: Ceremony,
  onFirst: () => Promise<void>,
): Promise<void> {
  const { store } = ports
  requireOnlineKey(ports, ceremony)
  await requireSameRoots(store, ceremony)
  const { version } = ceremony.targetsRole
  let isFirst = false
  await commit(ports, async (current) => {
    isFirst = current === null
    if (isFirst) await onFirst()
    const edit = await neededEdit(store, current, ceremony)
    if (edit === null) {
      await putRoots(store, ceremony)
      return null
    }
    if (edit.targets !== undefined) await putOnce(store, metadataFile('targets', version), ceremony.targets)
    // A reader of the old root refuses the new timestamp, and one of the new root the old: they change together.
    return { ...edit, beforeTimestamp: () => putRoots(store, ceremony) }
  })
  if (isFirst) await onFirst()
}

async function neededEdit(
  store: MetadataStore,
  current: Current | null,
  { root, targetsRole }: Ceremony,
): Promise<Edit | null> {
  const { version } = targetsRole
  if (current === null) {
    return { bins: new Map(allBins().map((name) => [name, {}])), targets: version }
  }
  const { meta } = current.snapshot.signed
  const served = versionIn(meta, 'targets')
  const isSigned = countSignatures(current.timestamp, root.roles.timestamp, root.keys) > 0
  if (served === version && isSigned) return null
  const before = await readTargets(store, served)
  const keysOf = ({ delegations }: typeof before) => delegations.succinct_roles.keyids.join()
  const bins: [string, Awaited<ReturnType<typeof readBin>>['targets']][] = []
  if (keysOf(before) !== keysOf(targetsRole)) {
    await inGroups(allBins(), async (name) => {
      bins.push([name, (await readBin(store, name, versionIn(meta, name))).targets])
    })
  }
  return { bins: new Map(bins), targets: version === served ? undefined : version, snapshot: true }
}

function requireOnlineKey({ online }: CommitPorts, { root, targetsRole }: Ceremony): void {
  const roles = [root.roles.timestamp, root.roles.snapshot, targetsRole.delegations.succinct_roles]
  if (roles.every(({ keyids }) => keyids.includes(online.keyId))) return
  throw new RbeeError(
    'signing_failed',
    `Root ${root.version} does not name the online key ${online.keyId.slice(0, 16)}`,
    { next: 'give the server the key that the root names; see: rbee-catalog keys status' },
  )
}

/** Roots are a chain that clients follow: nothing of it is ever replaced. */
async function requireSameRoots(store: MetadataStore, { roots, root }: Ceremony): Promise<void> {
  const stored = await readRoot(store)
  if (stored === null) return
  const { version } = stored.root
  const own = roots[version - 1]
  if (own !== undefined && sha256Of(own) === sha256Of(stored.file.body)) return
  throw new RbeeError(
    'signing_failed',
    own === undefined
      ? `Root ${version} is served already, and the keys know roots up to ${root.version} only`
      : `Another root ${version} is served already`,
    { next: 'put back the folder with the keys that belong to it; see "Lost root key" in SECURITY.md' },
  )
}

async function putRoots(store: MetadataStore, { roots }: Ceremony): Promise<void> {
  for (const [index, file] of roots.entries()) await putOnce(store, metadataFile('root', index + 1), file)
}

/** What is there already is the same, or was checked to be. */
async function putOnce(store: MetadataStore, name: string, body: Uint8Array): Promise<void> {
  if ((await store.get(name)) === null) await store.put(name, body, { etag: null })
}

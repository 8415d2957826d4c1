import { binOf } from '../metadata/bins.ts'
import { sha256Of, targetFile } from '../metadata/names.ts'
import type { Bin, TargetFile } from '../metadata/roles.ts'
import { type Current, readBin } from './current.ts'
import { inGroups } from './in-groups.ts'
import type { MetadataStore } from './store.ts'

/** Files that shall be listed, by their paths; null for those that shall not. */
export type TargetChanges = ReadonlyMap<string, Uint8Array | null>

export interface EditedBins {
  /** What each bin that changes shall list. */
  readonly bins: ReadonlyMap<string, Bin['targets']>
  /** Files that are listed no more. */
  readonly left: readonly string[]
}

/** Stores the files that shall be listed, and says which bins have to list something else than they do. */
export async function editBins(
  store: MetadataStore,
  { snapshot }: Current,
  changes: TargetChanges,
): Promise<EditedBins> {
  const bins = new Map<string, Bin['targets']>()
  const left: string[] = []
  await inGroups(
    Map.groupBy(changes, ([path]) => binOf(path)),
    async ([name, concerned]) => {
      const { targets } = await readBin(store, name, versionIn(snapshot.signed.meta, name))
      const edited = { ...targets }
      let isChanged = false
      for (const [path, body] of concerned) {
        const listed = targets[path]
        const wanted = body === null ? undefined : factsOf(body)
        if (listed?.hashes.sha256 === wanted?.hashes.sha256) continue
        isChanged = true
        if (listed !== undefined) left.push(targetFile(path, listed.hashes.sha256))
        if (wanted === undefined || body === null) delete edited[path]
        else {
          await store.put(targetFile(path, wanted.hashes.sha256), body)
          edited[path] = wanted
        }
      }
      if (isChanged) bins.set(name, edited)
    },
  )
  return { bins, left }
}

/** The version of a bin that a snapshot names; each names all of them. */
export function versionIn(meta: Current['snapshot']['signed']['meta'], role: string): number {
  const version = meta[`${role}.json`]?.version
  if (version === undefined) throw new Error(`The snapshot does not name ${role}`)
  return version
}

function factsOf(body: Uint8Array): TargetFile {
  return { length: body.length, hashes: { sha256: sha256Of(body) } }
}

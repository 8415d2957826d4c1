import { type CatalogEntry, hasFinalIds } from '@rbee/schema'

/** An entry that wants its names, and where it lies. */
export interface Claimant {
  readonly entry: CatalogEntry
  /** Folder or branch, as findings name it. */
  readonly place: string
  /** The file that states its id. */
  readonly manifestFile: string
  /** Of that file, relative to the tree; null where it does not lie in the catalog's own commit. */
  readonly manifestPath: string | null
}

/** An entry that does not get its names. */
export interface LostClaim {
  readonly claimant: Claimant
  readonly name: string
  readonly holder: Claimant
  /** Neither of the two gets the name. */
  readonly tie: boolean
}

/** Every address that an entry brings: its id, and in the monorepo layout one per variant. */
function namesOf(entry: CatalogEntry): readonly string[] {
  const { id, build } = entry.manifest
  return hasFinalIds(entry.layout) ? [id] : [id, ...build.features.map((feature) => `${id}-${feature}`)]
}

/** The entries that share a name with another one. */
export function findRivals(claimants: readonly Claimant[]): readonly Claimant[] {
  const byName = new Map<string, Claimant>()
  const rivals = new Set<Claimant>()
  for (const claimant of claimants) {
    for (const name of namesOf(claimant.entry)) {
      const other = byName.get(name)
      if (other === undefined) byName.set(name, claimant)
      else if (other !== claimant) rivals.add(other).add(claimant)
    }
  }
  return [...rivals]
}

/**
 * Decides between entries that share names: what is served already before what is new, official before community, then
 * the one whose manifest came into the history of the catalog earlier; where that decides nothing, nobody gets the name.
 *
 * @param introduced as `introductionOrder` answers.
 * @param isEstablished whether an entry was brought before from the place where it lies.
 */
export function settleRivals(
  rivals: readonly Claimant[],
  introduced: ReadonlyMap<string, number>,
  isEstablished: (claimant: Claimant) => boolean,
): readonly LostClaim[] {
  const precedence = (a: Claimant, b: Claimant) =>
    Number(isEstablished(b)) - Number(isEstablished(a)) ||
    Number(b.entry.source === 'official') - Number(a.entry.source === 'official') ||
    ageOf(b, introduced) - ageOf(a, introduced)
  const sorted = rivals.toSorted(precedence)
  const holders = new Map<string, Claimant>()
  const lost = new Map<Claimant, LostClaim>()
  for (const claimant of sorted) {
    for (const name of namesOf(claimant.entry)) {
      const holder = holders.get(name)
      if (holder === undefined || holder === claimant) continue
      const tie = precedence(holder, claimant) === 0
      if (!lost.has(claimant)) lost.set(claimant, { claimant, name, holder, tie })
      if (tie && !lost.has(holder)) lost.set(holder, { claimant: holder, name, holder: claimant, tie })
    }
    // The names of who lost a tie stay blocked: a third one must not get what is in dispute.
    const own = lost.get(claimant)
    if (own === undefined || own.tie) for (const name of namesOf(claimant.entry)) holders.set(name, claimant)
  }
  return [...lost.values()]
}

/** Larger for what came into the history earlier; an unknown origin counts as the latest. */
export function ageOf({ manifestPath }: Claimant, introduced: ReadonlyMap<string, number>): number {
  return manifestPath === null ? 0 : (introduced.get(manifestPath) ?? 0)
}

import type { GitPush, SyncWish } from '@rbee/catalog'
import { type CatalogState, RbeeError } from '@rbee/schema'
import { expectedName } from '@rbee/sources'
import { type CatalogPlace, type CatalogReading, catalogPlaces } from './compile-catalogs.ts'
import { type CatalogOrigin, isConcerned } from './concerned-catalogs.ts'

/** The catalogs that a server was started with, and what was learned of them by reading them. */
export interface CatalogRoster {
  /** Those that a wish names, or all. */
  wantedBy(wish: SyncWish): readonly CatalogPlace[]
  /** Fails with `catalog_not_found` where a wish names something else. */
  check(wish: SyncWish): void
  /** Notes what a reading shows of where a catalog comes from. */
  learn(reading: CatalogReading): void
  /** The name of its repository or folder; until it was read, what it is expected to be. */
  nameOf(place: CatalogPlace): string
  /** The name that a catalog goes by until it was read. */
  firstNameOf(place: CatalogPlace): string
  /** Catalogs that the server holds, and that were brought by somebody else or by an earlier start. */
  strangers(states: readonly CatalogState[]): readonly CatalogState[]
  /** Names of those that may hold something else after a push. */
  concernedBy(push: GitPush): readonly string[]
}

/** @param cwd the folder that relative paths mean. */
export function catalogRoster(locations: readonly string[], cwd: string): CatalogRoster {
  const places = catalogPlaces(locations)
  const learned = new Map<CatalogPlace, CatalogOrigin>()
  const firstNameOf = ({ name, location }: CatalogPlace) => name ?? expectedName(location, cwd)
  const originOf = (place: CatalogPlace): CatalogOrigin =>
    learned.get(place) ?? {
      name: firstNameOf(place),
      branch: null,
      everyBranch: true,
      isRepository: true,
    }
  const isNamed = (place: CatalogPlace, name: string) =>
    name === place.location || name === originOf(place).name

  const wantedBy = ({ catalogs }: SyncWish) =>
    places.filter((place) => catalogs === null || catalogs.some((name) => isNamed(place, name)))

  return {
    wantedBy,
    check({ catalogs }) {
      const unknown = catalogs?.find((name) => !places.some((place) => isNamed(place, name)))
      if (unknown === undefined) return
      const known = places.map((place) => originOf(place).name)
      throw new RbeeError('catalog_not_found', `This server reads no catalog ${unknown.slice(0, 200)}`, {
        next: `name one of: ${known.join(', ')}`,
        details: { available: known },
      })
    },
    learn(reading) {
      if (reading.kind === 'failed') return
      const { catalog, commit } = reading.kind === 'compiled' ? reading.compiled : reading.state
      const entries = reading.kind === 'compiled' ? reading.compiled.entries : []
      learned.set(reading.place, {
        name: catalog,
        branch: entries[0]?.git.branch ?? learned.get(reading.place)?.branch ?? null,
        // The commits of all branches count there, and stand behind the plus sign.
        everyBranch: commit?.includes('+') ?? false,
        isRepository: commit !== null,
      })
    },
    nameOf: (place) => originOf(place).name,
    firstNameOf,
    strangers(states) {
      const own = new Set(places.flatMap((place) => [originOf(place).name, firstNameOf(place)]))
      return states.filter(({ catalog }) => !own.has(catalog))
    },
    concernedBy: (push) =>
      places.filter((place) => isConcerned(originOf(place), push)).map((place) => originOf(place).name),
  }
}

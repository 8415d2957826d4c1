import { disputedIds, impossibleNames } from '@rbee/registry'
import { type CatalogState, type CompiledCatalog, RbeeError } from '@rbee/schema'
import { catalogCommit, compileCatalog, expectedName } from '@rbee/sources'
import type { CommandContext } from '../program/command.ts'
import { inOrder } from './in-order.ts'
import { OWN_CATALOG } from './own-catalog.ts'

/** Raised with every change after which a commit compiles to something else. */
const COMPILER_REVISION = 6

/** A catalog as it is configured. */
export interface CatalogPlace {
  /** `PATH`, `PATH#REF` or an address, as the operator gave it. */
  readonly location: string
  /** Where its name is not that of its repository or folder. */
  readonly name?: string
  /** Place in the order of precedence, from 0. */
  readonly position: number
}

/** A catalog that was read, whose commit was read before, or the reason why it could not be read. */
export type CatalogReading =
  | { readonly kind: 'compiled'; readonly place: CatalogPlace; readonly compiled: CompiledCatalog }
  | { readonly kind: 'unchanged'; readonly place: CatalogPlace; readonly state: CatalogState }
  | { readonly kind: 'failed'; readonly place: CatalogPlace; readonly failure: RbeeError }

export interface ReadingOptions {
  /** What the server holds of each catalog, so that what is there already is not compiled again. */
  readonly states: readonly CatalogState[]
  /** Whether a catalog is compiled although nothing changed, and believed although it turned up empty. */
  readonly isForced: (place: CatalogPlace) => boolean
  /** Whether each one is told as a step of a longer job. */
  readonly announced: boolean
  /** Where repositories of other machines are kept between two readings. */
  readonly cacheFolder: string
}

/**
 * The given catalogs in their order, which is their precedence; by default the `workers` folder of this clone, and none
 * where this is no clone.
 */
export function catalogPlaces(locations: readonly string[]): readonly CatalogPlace[] {
  if (locations.length === 0) {
    if (OWN_CATALOG === null) return []
    return [{ location: OWN_CATALOG.folder, name: OWN_CATALOG.name, position: 0 }]
  }
  return locations.map((location, position) => ({ location, position }))
}

/** Names the program and its rules: the same commit, compiled by the same, gives the same entries. */
export function compilerName({ version }: CommandContext): string {
  return `rbee-catalog/${version} rev${COMPILER_REVISION}`
}

/** One that hangs must not keep the others waiting, and each takes the memory of what it holds. */
const READ_AT_ONCE = 4

/**
 * Reads catalogs, a few at a time, and tells of them in the given order. One that cannot be read does not keep the others
 * from being read; how long each may take, `@rbee/sources` limits. Ends with the reason of the context's signal when that
 * is aborted.
 */
export async function* readCatalogs(
  context: CommandContext,
  places: readonly CatalogPlace[],
  options: ReadingOptions,
): AsyncGenerator<CatalogReading> {
  const seen = new Set<string>()
  // Catalogs of the same repository share what is fetched of it.
  const repositoryOf = ({ location }: CatalogPlace) => expectedName(location, context.cwd).replace(/#.*$/, '')
  const readings = inOrder(places, READ_AT_ONCE, repositoryOf, (place) => tryCatalog(context, place, options))
  for await (const reading of readings) {
    const catalog = nameOf(reading)
    if (catalog !== null && seen.has(catalog)) {
      yield { kind: 'failed', place: reading.place, failure: alreadyNamed(catalog) }
      continue
    }
    if (catalog !== null) seen.add(catalog)
    yield reading
  }
}

async function tryCatalog(
  context: CommandContext,
  place: CatalogPlace,
  options: ReadingOptions,
): Promise<CatalogReading> {
  context.signal.throwIfAborted()
  if (options.announced) context.terminal.step(`reading ${place.name ?? place.location}`)
  try {
    return await untilAborted(context.signal, readCatalog(context, place, options))
  } catch (failure) {
    if (context.signal.aborted || !(failure instanceof RbeeError)) throw failure
    return { kind: 'failed', place, failure }
  }
}

type Read = Exclude<CatalogReading, { kind: 'failed' }>

function nameOf(reading: CatalogReading): string | null {
  switch (reading.kind) {
    case 'compiled':
      return reading.compiled.catalog
    case 'unchanged':
      return reading.state.catalog
    case 'failed':
      return null
  }
}

async function readCatalog(
  context: CommandContext,
  place: CatalogPlace,
  { states, isForced, cacheFolder }: ReadingOptions,
): Promise<Read> {
  const { location, name } = place
  const { cwd, env, signal } = context
  const options = { base: cwd, name, cacheFolder, searchPath: env.PATH, environment: env, signal }
  const forced = isForced(place)
  const known = forced ? null : await catalogCommit(location, options)
  const state = known && states.find(({ catalog }) => catalog === known.catalog)
  if (known?.clean && state && holds(state, known.commit, context)) return { kind: 'unchanged', place, state }
  const established = (catalog: string) => broughtBefore(states, catalog)
  const compiled = await compileCatalog(location, {
    ...options,
    official: true,
    disputed: disputedIds,
    impossible: impossibleNames,
    established,
  })
  if (!forced) refuseSuddenEmptiness(compiled, states)
  return { kind: 'compiled', place, compiled }
}

/** Path of each worker that the server has from a catalog. */
function broughtBefore(states: readonly CatalogState[], catalog: string): ReadonlyMap<string, string> {
  const state = states.find((one) => one.catalog === catalog)
  return new Map(state?.accepted.map(({ id, path }) => [id, path]))
}

/** Whether a server holds what this program would bring. A failure since is only taken back by a sync. */
function holds(state: CatalogState, commit: string, context: CommandContext): boolean {
  return state.commit === commit && state.compiler === compilerName(context) && !state.failure
}

/** The folder of a disk that is not mounted is empty; a commit that is empty was made so by somebody. */
function refuseSuddenEmptiness(
  { catalog, commit, entries, findings }: CompiledCatalog,
  states: readonly CatalogState[],
) {
  const before = states.find((state) => state.catalog === catalog)?.accepted.length ?? 0
  if (commit !== null || entries.length > 0 || findings.length > 0 || before === 0) return
  throw new RbeeError(
    'catalog_empty',
    `${catalog} holds nothing any more, and held ${before} workers before`,
    {
      next: `check that its disk is mounted; if it is empty on purpose: rbee-catalog sync --drop ${catalog}`,
      details: { catalog },
    },
  )
}

/** The second would take away what the first one brought. */
function alreadyNamed(catalog: string): RbeeError {
  return new RbeeError('setting_invalid', `the catalog ${catalog} is named twice`, {
    next: 'name each catalog once; of one repository, name folders or branches (PATH#BRANCH)',
  })
}

/** What goes on reading after the signal is left to itself: it changes nothing. */
function untilAborted<Value>(signal: AbortSignal, work: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason)
    signal.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}

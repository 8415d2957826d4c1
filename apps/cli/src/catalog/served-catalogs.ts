import type { SyncWish } from '@rbee/catalog'
import type { Registry } from '@rbee/registry'
import type { CatalogState, CatalogSyncReport, FailedCatalog } from '@rbee/schema'
import type { CommandContext } from '../program/command.ts'
import type { CatalogRoster } from './catalog-roster.ts'
import { type CatalogPlace, type CatalogReading, compilerName, readCatalogs } from './compile-catalogs.ts'
import { reportStrangers } from './describe-findings.ts'
import { catalogReports } from './report-once.ts'
import { type SyncTarget, syncCatalogs } from './sync-catalogs.ts'
import { LOCAL_OPERATOR } from './targets.ts'

type Reading<Kind extends CatalogReading['kind']> = Extract<CatalogReading, { kind: Kind }>

/**
 * Makes the job that brings the registry of this process up to what the catalogs of the wishes hold now. A catalog that
 * fails is reported, here and in the public status; the others are served, and so is what the failed one brought before.
 * The first reading tells what was accepted and refused, later ones only what differs from what was told last. A reading
 * ends with the reason of the context's signal when that is aborted.
 *
 * @param cacheFolder where repositories of other machines are kept between two readings.
 */
export function servedCatalogs(
  context: CommandContext,
  registry: Registry,
  target: SyncTarget,
  roster: CatalogRoster,
  cacheFolder: string,
): (wishes: readonly SyncWish[]) => Promise<CatalogSyncReport> {
  const reports = catalogReports(context)
  let first = true

  async function read(wishes: readonly SyncWish[]): Promise<CatalogSyncReport> {
    const announced = first
    first = false
    const states = await target.states()
    const readings: CatalogReading[] = []
    const forced = new Set(wishes.filter(({ force }) => force).flatMap(roster.wantedBy))
    const options = {
      states,
      announced,
      cacheFolder,
      isForced: (place: CatalogPlace) => forced.has(place),
    }
    for await (const reading of readCatalogs(context, placesOf(wishes), options)) {
      roster.learn(reading)
      readings.push(reading)
    }
    const failed = await noteFailures(readings.filter(isOf('failed')), states)
    const report = await bring(readings.filter(isOf('compiled')), readings.filter(isOf('unchanged')))
    await forgetFirstNames(states)
    if (announced) reportStrangers(context, roster.strangers(states))
    return { ...report, failed }
  }

  /** In their order of precedence, each once. */
  function placesOf(wishes: readonly SyncWish[]): readonly CatalogPlace[] {
    const wanted = new Set(wishes.flatMap(roster.wantedBy))
    return [...wanted].toSorted((a, b) => a.position - b.position)
  }

  async function bring(compiled: readonly Reading<'compiled'>[], unchanged: readonly Reading<'unchanged'>[]) {
    const compiler = compilerName(context)
    const outgoing = compiled.map((one) => ({
      compiled: one.compiled,
      position: one.place.position,
      compiler,
    }))
    const goOn = () => context.signal.throwIfAborted()
    const outcomes = outgoing.length === 0 ? [] : await syncCatalogs(outgoing, target, goOn)
    const synced = outcomes.flatMap(({ state }, index) => {
      const place = compiled[index]?.place
      return place === undefined ? [] : [{ place, state }]
    })
    const all = [...synced, ...unchanged].toSorted((a, b) => a.place.position - b.place.position)
    for (const { place, state } of all) reports.synced(place.location, state)
    return {
      status: 'done' as const,
      changed: outcomes.some(({ changed }) => changed),
      catalogs: all.map(({ state }) => state),
    }
  }

  async function noteFailures(
    failures: readonly Reading<'failed'>[],
    states: readonly CatalogState[],
  ): Promise<FailedCatalog[]> {
    const failed: FailedCatalog[] = []
    for (const { place, failure } of failures) {
      const { code, message, next } = failure
      const catalog = roster.nameOf(place)
      await registry.recordCatalogFailure(LOCAL_OPERATOR, catalog, { code, message, next }, place.position)
      const before = states.find((state) => state.catalog === catalog)?.accepted.length ?? 0
      reports.failed(place.location, failure, before > 0)
      failed.push({ catalog, code, message, next })
    }
    return failed
  }

  /** A failure that was noted before the catalog's own name was known would stay in the status for good. */
  async function forgetFirstNames(states: readonly CatalogState[]): Promise<void> {
    for (const place of roster.wantedBy({ catalogs: null, force: false })) {
      const firstName = roster.firstNameOf(place)
      const noted = states.find(({ catalog }) => catalog === firstName)
      if (roster.nameOf(place) === firstName || noted === undefined || noted.synced_at !== null) continue
      await registry.dropCatalog(LOCAL_OPERATOR, firstName)
    }
  }

  return read
}

function isOf<Kind extends CatalogReading['kind']>(kind: Kind) {
  return (reading: CatalogReading): reading is Reading<Kind> => reading.kind === kind
}

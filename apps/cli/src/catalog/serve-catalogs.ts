import type { Registry } from '@rbee/registry'
import { type CatalogState, type CompiledCatalog, RbeeError } from '@rbee/schema'
import type { CommandContext } from '../program/command.ts'
import { compileCatalogs } from './compile-catalogs.ts'
import { countsOf, reportFailedCatalog, reportFindings } from './describe-findings.ts'
import { syncCatalog } from './sync-catalog.ts'
import { registryTarget } from './targets.ts'

/** What was told of a catalog last. */
interface Report {
  readonly text: string
  /** Whether the catalog was served once since the start. */
  readonly served: boolean
}

/**
 * Makes a function that brings the registry of this process up to what the given catalogs hold now. A catalog that fails
 * is reported; the others are served, and so is what the failed one brought before. The first call tells what was
 * accepted and refused, later ones only what differs from what was told last.
 */
export function catalogUpdates(
  context: CommandContext,
  registry: Registry,
  locations: readonly string[],
): () => Promise<void> {
  const reports = new Map<string, Report>()
  let first = true

  /** @returns whether it was told already. */
  const remember = (location: string, report: Report) => {
    const known = reports.get(location)?.text === report.text
    reports.set(location, report)
    return known
  }
  const reportFailure = (location: string, failure: RbeeError) => {
    const served = reports.get(location)?.served ?? false
    const text = `${failure.code} ${failure.message}`
    if (!remember(location, { text, served })) reportFailedCatalog(context, location, failure, served)
  }
  const reportState = (location: string, state: CatalogState) => {
    const text = JSON.stringify({ ...state, synced_at: null })
    if (remember(location, { text, served: true })) return
    reportFindings(context, state)
    context.terminal.info(`  ${countsOf(state.accepted.length, state.refused, state.warnings)}`)
  }
  const send = async (compiled: CompiledCatalog) => {
    const target = registryTarget(registry)
    const { state } = await syncCatalog(compiled, target, () => context.signal.throwIfAborted())
    return state
  }

  return async () => {
    const readings = compileCatalogs(context, locations, { announced: first })
    first = false
    for await (const { location, compiled, failure } of readings) {
      if (context.signal.aborted) return
      try {
        if (compiled === null) throw failure
        const state = await send(compiled)
        reportState(location, state)
      } catch (error) {
        if (context.signal.aborted) return
        if (!(error instanceof RbeeError)) throw error
        reportFailure(location, error)
      }
    }
  }
}

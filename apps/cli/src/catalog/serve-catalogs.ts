import type { Registry } from '@rbee/registry'
import { RbeeError } from '@rbee/schema'
import type { CommandContext } from '../program/command.ts'
import { compileCatalogs } from './compile-catalogs.ts'
import { countsOf, reportFailedCatalog, reportFindings } from './describe-findings.ts'
import { syncCatalog } from './sync-catalog.ts'
import { registryTarget } from './targets.ts'

/**
 * Brings the registry of this process up to what the given catalogs hold, and tells what was accepted and refused. A
 * catalog that fails is reported; the others are served, and so is what the failed one brought before.
 */
export async function serveCatalogs(
  context: CommandContext,
  registry: Registry,
  locations: readonly string[],
): Promise<void> {
  for await (const { location, compiled, failure } of compileCatalogs(context, locations)) {
    if (context.signal.aborted) return
    if (compiled === null) {
      reportFailedCatalog(context, location, failure)
      continue
    }
    try {
      const { state } = await syncCatalog(compiled, registryTarget(registry), () =>
        context.signal.throwIfAborted(),
      )
      reportFindings(context, state)
      context.terminal.info(`  ${countsOf(state.accepted.length, state.refused, state.warnings)}`)
    } catch (error) {
      if (context.signal.aborted) return
      if (!(error instanceof RbeeError)) throw error
      reportFailedCatalog(context, location, error)
    }
  }
}

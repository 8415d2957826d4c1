import type { CatalogState, RbeeError } from '@rbee/schema'
import type { CommandContext } from '../program/command.ts'
import { countsOf, reportFailedCatalog, reportFindings } from './describe-findings.ts'

/** Tells what became of catalogs, each time only what differs from what was told of the catalog last. */
export interface CatalogReports {
  synced(location: string, state: CatalogState): void
  /** @param served whether the server goes on with what the catalog brought before. */
  failed(location: string, failure: RbeeError, served: boolean): void
}

export function catalogReports(context: CommandContext): CatalogReports {
  const told = new Map<string, string>()
  const isNew = (location: string, text: string) => {
    if (told.get(location) === text) return false
    told.set(location, text)
    return true
  }
  return {
    synced(location, { accepted, refused, warnings }) {
      if (!isNew(location, JSON.stringify({ accepted, refused, warnings }))) return
      reportFindings(context, { refused, warnings })
      context.terminal.info(`  ${countsOf(accepted.length, refused, warnings)}`)
    },
    failed(location, failure, served) {
      if (!isNew(location, `${failure.code} ${failure.message}`)) return
      reportFailedCatalog(context, location, failure, served)
    },
  }
}

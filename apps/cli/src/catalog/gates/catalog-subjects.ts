import { join } from 'node:path'
import { openSqliteDatabase } from '@rbee/db/sqlite'
import { composeWorker } from '@rbee/registry'
import { workerIdSchema } from '@rbee/schema'
import { hiveHome } from '../../hive/home.ts'
import type { CommandContext } from '../../program/command.ts'
import { catalogLocations } from '../catalog-locations.ts'
import { catalogPlaces, compilerName, readCatalogs } from '../compile-catalogs.ts'
import { reportFindings } from '../describe-findings.ts'
import { type OutgoingCatalog, syncCatalogs } from '../sync-catalogs.ts'
import { rehearsalTarget } from '../targets.ts'
import type { GateSubject } from './gate-result.ts'

/**
 * The workers that catalogs bring, as a registry that holds nothing else would serve them: there are no binaries in it.
 *
 * Fails with the reason why a catalog cannot be read.
 */
export async function catalogSubjects(
  context: CommandContext,
  locations: readonly string[],
  origin: string,
): Promise<readonly GateSubject[]> {
  const outgoing: OutgoingCatalog[] = []
  const places = catalogPlaces(catalogLocations(locations))
  const reading = {
    states: [],
    announced: true,
    cacheFolder: join(hiveHome(context.env.RBEE_HOME || '~/.cache/rbee', context.cwd).root, 'repositories'),
    isForced: () => true,
  }
  for await (const read of readCatalogs(context, places, reading)) {
    if (read.kind === 'failed') throw read.failure
    if (read.kind === 'compiled') outgoing.push({ compiled: read.compiled, compiler: compilerName(context) })
  }
  const database = openSqliteDatabase(':memory:')
  const outcomes = await syncCatalogs(outgoing, rehearsalTarget(context, database))
  for (const { state } of outcomes) reportFindings(context, state)
  const ids = outcomes.flatMap(({ state }) => state.accepted.map(({ id }) => workerIdSchema.parse(id)))
  return Promise.all(
    ids.map(async (id) => {
      const record = await database.getWorker(id)
      const composed = record === null ? null : composeWorker(record)
      const release = composed?.releases.find(({ version }) => version === composed.worker.version)
      if (composed === null || release === undefined) {
        throw new Error(`${id} was accepted, and has no release`)
      }
      return { worker: composed.worker, release, origin, served: false }
    }),
  )
}

import type { Database } from '@rbee/registry'
import { type CatalogState, catalogStateSchema, syncInputSchema } from '@rbee/schema'
import { asc, eq, type InferSelectModel, lt } from 'drizzle-orm'
import { bodyOf, bodyParts } from './bodies.ts'
import type { Connection } from './connection.ts'
import {
  catalogFailures,
  catalogStateBodies,
  catalogStates,
  formerRecipes,
  refusals,
  syncBodies,
  syncs,
} from './tables.ts'

type CatalogQueries = Pick<
  Database,
  | 'insertSync'
  | 'findSync'
  | 'deleteSync'
  | 'deleteSyncsBefore'
  | 'saveCatalogState'
  | 'saveCatalogFailure'
  | 'listCatalogStates'
  | 'deleteCatalog'
>

const entriesSchema = syncInputSchema.shape.entries

export function catalogQueries(db: Connection): CatalogQueries {
  return {
    async insertSync({ entries, ...sync }) {
      await db.batch([
        db.insert(syncs).values(sync),
        ...bodyParts(entries).map((part) => db.insert(syncBodies).values({ sync: sync.id, ...part })),
      ])
    },
    async findSync(id) {
      const [[sync], bodies] = await db.batch([
        db.select().from(syncs).where(eq(syncs.id, id)),
        db.select().from(syncBodies).where(eq(syncBodies.sync, id)).orderBy(asc(syncBodies.part)),
      ])
      return sync ? { ...sync, entries: entriesSchema.parse(bodyOf(bodies)) } : null
    },
    async deleteSync(id) {
      await db.batch([db.delete(syncs).where(eq(syncs.id, id))])
    },
    async deleteSyncsBefore(time) {
      await db.batch([db.delete(syncs).where(lt(syncs.createdAt, time))])
    },
    async saveCatalogState(state, position) {
      const { catalog } = state
      await db.batch([
        db
          .insert(catalogStates)
          .values({ catalog, position })
          .onConflictDoUpdate({ target: catalogStates.catalog, set: { position } }),
        db.delete(catalogStateBodies).where(eq(catalogStateBodies.catalog, catalog)),
        ...bodyParts(state).map((part) => db.insert(catalogStateBodies).values({ catalog, ...part })),
        db.delete(catalogFailures).where(eq(catalogFailures.catalog, catalog)),
      ])
    },
    async saveCatalogFailure(catalog, position, { at, ...body }) {
      const values = { position, failedAt: at, body }
      await db.batch([
        db
          .insert(catalogFailures)
          .values({ catalog, ...values })
          .onConflictDoUpdate({ target: catalogFailures.catalog, set: values }),
      ])
    },
    async listCatalogStates() {
      const [states, bodies, failures] = await db.batch([
        db.select().from(catalogStates),
        db.select().from(catalogStateBodies).orderBy(asc(catalogStateBodies.part)),
        db.select().from(catalogFailures),
      ])
      const bodiesOf = Map.groupBy(bodies, (body) => body.catalog)
      const failureOf = new Map(failures.map((failure) => [failure.catalog, failure]))
      const read = states.map(({ catalog, position }) => {
        const state = catalogStateSchema.parse(bodyOf(bodiesOf.get(catalog) ?? []))
        return { position, state: { ...state, ...failureIn(failureOf.get(catalog)) } }
      })
      const known = new Set(states.map(({ catalog }) => catalog))
      const neverRead = failures
        .filter(({ catalog }) => !known.has(catalog))
        .map((failure) => ({
          position: failure.position,
          state: { ...unreadState(failure.catalog), ...failureIn(failure) },
        }))
      return [...read, ...neverRead].toSorted(byPosition)
    },
    async deleteCatalog(catalog) {
      await db.batch([
        db.delete(catalogStates).where(eq(catalogStates.catalog, catalog)),
        db.delete(catalogFailures).where(eq(catalogFailures.catalog, catalog)),
        db.delete(syncs).where(eq(syncs.catalog, catalog)),
        db.delete(refusals).where(eq(refusals.catalog, catalog)),
        db.delete(formerRecipes).where(eq(formerRecipes.catalog, catalog)),
      ])
    },
  }
}

type FailureRow = InferSelectModel<typeof catalogFailures>
type PlacedState = Awaited<ReturnType<Database['listCatalogStates']>>[number]

function failureIn(row: FailureRow | undefined): Pick<CatalogState, 'failed_at' | 'failure'> {
  return row === undefined
    ? { failed_at: null, failure: null }
    : { failed_at: new Date(row.failedAt).toISOString(), failure: row.body }
}

/** Of a catalog that could never be read. */
function unreadState(catalog: string): CatalogState {
  return { catalog, commit: null, synced_at: null, accepted: [], refused: [], warnings: [] }
}

function byPosition(a: PlacedState, b: PlacedState): number {
  return a.position - b.position || (a.state.catalog < b.state.catalog ? -1 : 1)
}

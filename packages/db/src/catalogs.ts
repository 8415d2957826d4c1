import type { Database } from '@rbee/registry'
import { catalogStateSchema, syncInputSchema } from '@rbee/schema'
import { asc, eq, lt } from 'drizzle-orm'
import { bodyOf, bodyParts } from './bodies.ts'
import type { Connection } from './connection.ts'
import { catalogStateBodies, catalogStates, syncBodies, syncs } from './tables.ts'

type CatalogQueries = Pick<
  Database,
  'insertSync' | 'findSync' | 'deleteSync' | 'deleteSyncsBefore' | 'saveCatalogState' | 'listCatalogStates'
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
      ])
    },
    async listCatalogStates() {
      const [states, bodies] = await db.batch([
        db.select().from(catalogStates).orderBy(asc(catalogStates.position), asc(catalogStates.catalog)),
        db.select().from(catalogStateBodies).orderBy(asc(catalogStateBodies.part)),
      ])
      const byCatalog = Map.groupBy(bodies, (body) => body.catalog)
      return states.map(({ catalog }) => catalogStateSchema.parse(bodyOf(byCatalog.get(catalog) ?? [])))
    },
  }
}

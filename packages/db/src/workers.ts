import type { Database, RecipeRow, ReleaseRow } from '@rbee/registry'
import { type CatalogEntry, catalogEntrySchema, type ReleaseInput, releaseInputSchema } from '@rbee/schema'
import { and, asc, eq, type InferSelectModel, max, min } from 'drizzle-orm'
import { bodyOf } from './bodies.ts'
import type { Connection } from './connection.ts'
import { isIn } from './lists.ts'
import { due, names, recipeBodies, recipes, releaseBodies, releases, workers } from './tables.ts'

type WorkerQueries = Pick<
  Database,
  'findNames' | 'listWorkerNames' | 'getWorker' | 'recipeHashes' | 'listRecipes' | 'getRelease' | 'listDue'
>

/** What is read of workers; see `workerChanges` for what is written. */
export function workerQueries(db: Connection): WorkerQueries {
  return {
    async findNames(wanted) {
      const [found] = await db.batch([db.select().from(names).where(isIn(names.name, wanted))])
      return found
    },
    async listWorkerNames() {
      const [all] = await db.batch([db.select({ id: workers.id, source: workers.source }).from(workers)])
      return all
    },
    async getWorker(id) {
      const [[worker], [recipe], recipeParts, releaseRows, releaseParts, nameRows] = await db.batch([
        db.select().from(workers).where(eq(workers.id, id)),
        db.select().from(recipes).where(eq(recipes.worker, id)),
        db.select().from(recipeBodies).where(eq(recipeBodies.worker, id)).orderBy(asc(recipeBodies.part)),
        db.select().from(releases).where(eq(releases.worker, id)).orderBy(asc(releases.publishedAt)),
        db.select().from(releaseBodies).where(eq(releaseBodies.worker, id)).orderBy(asc(releaseBodies.part)),
        db.select().from(names).where(eq(names.worker, id)).orderBy(asc(names.name)),
      ])
      if (!worker) return null
      const partsOf = Map.groupBy(releaseParts, (part) => part.version)
      return {
        worker,
        recipe: recipe ? recipeRow(recipe, recipeParts) : null,
        releases: releaseRows.map((release) => releaseRow(release, partsOf.get(release.version) ?? [])),
        names: nameRows,
      }
    },
    async recipeHashes(catalog) {
      const [rows] = await db.batch([
        db
          .select({ worker: recipes.worker, hash: recipes.hash })
          .from(recipes)
          .where(eq(recipes.catalog, catalog)),
      ])
      return new Map(rows.map(({ worker, hash }) => [worker, hash]))
    },
    async listRecipes(catalog) {
      const { worker, hash, version, path } = recipes
      const [rows] = await db.batch([
        db
          .select({ worker, hash, version, path })
          .from(recipes)
          .where(eq(recipes.catalog, catalog))
          .orderBy(asc(worker)),
      ])
      return rows
    },
    async getRelease(worker, version) {
      const [[release], parts] = await db.batch([
        db
          .select()
          .from(releases)
          .where(and(eq(releases.worker, worker), eq(releases.version, version))),
        db
          .select()
          .from(releaseBodies)
          .where(and(eq(releaseBodies.worker, worker), eq(releaseBodies.version, version)))
          .orderBy(asc(releaseBodies.part)),
      ])
      return release ? releaseRow(release, parts) : null
    },
    async listDue(limit) {
      const [marks] = await db.batch([
        db
          .select({ worker: due.worker, revision: max(due.revision) })
          .from(due)
          .groupBy(due.worker)
          .orderBy(asc(min(due.revision)))
          .limit(limit),
      ])
      return marks.flatMap(({ worker, revision }) => (revision === null ? [] : [{ worker, revision }]))
    },
  }
}

type Parts = readonly { readonly body: string }[]

function recipeRow(recipe: InferSelectModel<typeof recipes>, parts: Parts): RecipeRow {
  const { version: _version, path: _path, maintainers: _maintainers, ...row } = recipe
  const entry: CatalogEntry = catalogEntrySchema.parse(bodyOf(parts))
  return { ...row, entry }
}

function releaseRow(release: InferSelectModel<typeof releases>, parts: Parts): ReleaseRow {
  const input: ReleaseInput = releaseInputSchema.parse(bodyOf(parts))
  return { ...release, input }
}

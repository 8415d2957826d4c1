import type { Database, RecipeRow, ReleaseRow, WorkerRecord } from '@rbee/registry'
import {
  type CatalogEntry,
  catalogEntrySchema,
  type ReleaseInput,
  releaseInputSchema,
  type WorkerId,
} from '@rbee/schema'
import { and, asc, eq, type InferSelectModel, ne, or } from 'drizzle-orm'
import { bodyOf } from './bodies.ts'
import type { Connection } from './connection.ts'
import { isIn } from './lists.ts'
import { patchRow } from './patches.ts'
import { keyChangeOf, provenanceRow } from './publisher-keys.ts'
import { rebuildRow } from './rebuilds.ts'
import {
  artifactProvenance,
  deprecations,
  formerRecipes,
  names,
  patches,
  publisherKeyChanges,
  rebuilderStrikes,
  rebuilds,
  recipeBodies,
  recipes,
  releaseBodies,
  releases,
  tokensRefused,
  workers,
} from './tables.ts'

type WorkerQueries = Pick<
  Database,
  | 'findNames'
  | 'listWorkerNames'
  | 'listProtectedNames'
  | 'getWorker'
  | 'getWorkers'
  | 'recipeHashes'
  | 'listRecipes'
  | 'getRelease'
>

/** What is read of workers; see `recipeChanges` and `workerChanges` for what is written. */
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
    async listProtectedNames(catalog) {
      const [found] = await db.batch([
        db
          .select({
            name: names.name,
            worker: names.worker,
            source: workers.source,
            catalog: recipes.catalog,
            hash: recipes.hash,
            maintainers: recipes.maintainers,
          })
          .from(names)
          .innerJoin(workers, eq(workers.id, names.worker))
          .leftJoin(recipes, eq(recipes.worker, names.worker))
          .where(
            and(
              ne(names.kind, 'alias'),
              or(eq(workers.source, 'official'), catalog === null ? undefined : eq(recipes.catalog, catalog)),
            ),
          ),
      ])
      return found
    },
    async getWorker(id) {
      return (await readWorkers(db, [id])).get(id) ?? null
    },
    getWorkers: (ids) => readWorkers(db, ids),
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
  }
}

async function readWorkers(db: Connection, ids: readonly WorkerId[]): Promise<Map<WorkerId, WorkerRecord>> {
  const [
    workerRows,
    recipeRows,
    recipeParts,
    releaseRows,
    releaseParts,
    nameRows,
    formerRows,
    deprecationRows,
    refusingRows,
    keyRows,
    provenanceRows,
    rebuildRows,
    strikeRows,
    patchRows,
  ] = await db.batch([
    db.select().from(workers).where(isIn(workers.id, ids)),
    db.select().from(recipes).where(isIn(recipes.worker, ids)),
    db.select().from(recipeBodies).where(isIn(recipeBodies.worker, ids)).orderBy(asc(recipeBodies.part)),
    db.select().from(releases).where(isIn(releases.worker, ids)).orderBy(asc(releases.publishedAt)),
    db.select().from(releaseBodies).where(isIn(releaseBodies.worker, ids)).orderBy(asc(releaseBodies.part)),
    db.select().from(names).where(isIn(names.worker, ids)).orderBy(asc(names.name)),
    db.select().from(formerRecipes).where(isIn(formerRecipes.worker, ids)),
    db.select().from(deprecations).where(isIn(deprecations.worker, ids)),
    db.select().from(tokensRefused).where(isIn(tokensRefused.worker, ids)),
    db
      .select()
      .from(publisherKeyChanges)
      .where(isIn(publisherKeyChanges.worker, ids))
      .orderBy(asc(publisherKeyChanges.place)),
    db.select().from(artifactProvenance).where(isIn(artifactProvenance.worker, ids)),
    db.select().from(rebuilds).where(isIn(rebuilds.worker, ids)).orderBy(asc(rebuilds.id)),
    db.select().from(rebuilderStrikes),
    db.select().from(patches).where(isIn(patches.worker, ids)),
  ])
  const recipeOf = new Map(recipeRows.map((recipe) => [recipe.worker, recipe]))
  const recipePartsOf = Map.groupBy(recipeParts, ({ worker }) => worker)
  const releasesOf = Map.groupBy(releaseRows, ({ worker }) => worker)
  const releasePartsOf = Map.groupBy(releaseParts, ({ worker, version }) => `${worker} ${version}`)
  const namesOf = Map.groupBy(nameRows, ({ worker }) => worker)
  const deprecationOf = new Map(deprecationRows.map(({ worker, ...row }) => [worker, row]))
  const keyChangesOf = Map.groupBy(keyRows, ({ worker }) => worker)
  const provenanceOf = Map.groupBy(provenanceRows, ({ worker }) => worker)
  const rebuildsOf = Map.groupBy(rebuildRows, ({ worker }) => worker)
  const patchesOf = Map.groupBy(patchRows, ({ worker }) => worker)
  const strikes = new Map(strikeRows.map((row) => [row.rebuilder, row]))
  const refusing = new Set(refusingRows.map(({ worker }) => worker))
  const formerOf = new Map(formerRows.map(({ worker, version }) => [worker, version]))
  return new Map(
    workerRows.map((worker): [WorkerId, WorkerRecord] => {
      const { id } = worker
      const recipe = recipeOf.get(id)
      const own = releasesOf.get(id) ?? []
      const former = recipe === undefined ? formerOf.get(id) : undefined
      const deprecation = deprecationOf.get(id)
      const changes = keyChangesOf.get(id)
      const provenance = provenanceOf.get(id)
      const attested = rebuildsOf.get(id)
      const patched = patchesOf.get(id)
      return [
        id,
        {
          worker,
          recipe: recipe ? recipeRow(recipe, recipePartsOf.get(id) ?? []) : null,
          releases: own.map((release) =>
            releaseRow(release, releasePartsOf.get(`${id} ${release.version}`) ?? []),
          ),
          names: namesOf.get(id) ?? [],
          ...(former === undefined ? {} : { formerVersion: former }),
          ...(deprecation === undefined ? {} : { deprecation }),
          ...(refusing.has(id) ? { tokensRefused: true } : {}),
          ...(changes === undefined ? {} : { keyChanges: changes.map(keyChangeOf) }),
          ...(provenance === undefined ? {} : { provenance: provenance.map(provenanceRow) }),
          ...(attested === undefined ? {} : { rebuilds: attested.map((row) => rebuildRow(row, strikes)) }),
          ...(patched === undefined ? {} : { patches: patched.map(patchRow) }),
        },
      ]
    }),
  )
}

type Parts = readonly { readonly body: string }[]

function recipeRow(recipe: InferSelectModel<typeof recipes>, parts: Parts): RecipeRow {
  const { version: _version, path: _path, maintainers: _maintainers, ...row } = recipe
  const entry: CatalogEntry = catalogEntrySchema.parse(bodyOf(parts))
  return { ...row, entry }
}

export function releaseRow(release: InferSelectModel<typeof releases>, parts: Parts): ReleaseRow {
  const { logged: _logged, ...row } = release
  const input: ReleaseInput = releaseInputSchema.parse(bodyOf(parts))
  return { ...row, input }
}

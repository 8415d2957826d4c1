import type { Database, NameRow, RecipeChange } from '@rbee/registry'
import { placeOfEntry } from '@rbee/schema'
import { and, eq, sql } from 'drizzle-orm'
import { bodyParts } from './bodies.ts'
import type { Connection } from './connection.ts'
import { isIn } from './lists.ts'
import { recipes } from './tables.ts'

type RecipeChanges = Pick<Database, 'saveRecipes' | 'removeRecipes'>

/** Ids in one bound parameter, far below D1's largest value. */
const LIST_LENGTH = 5_000
/** Characters of bodies in one bound parameter: escaped and in UTF-8 still below D1's largest value of 2,000,000 bytes. */
const BODIES_CHARACTERS = 300_000

/**
 * What is written of recipes. A batch cannot look at what its first statements found, so each statement carries the
 * condition of each change: of one whose names are taken, none of them does anything.
 */
export function recipeChanges(db: Connection): RecipeChanges {
  return {
    async saveRecipes(changes) {
      assertDistinctNames(changes)
      const all = sql`${JSON.stringify(changes.map(plainChange))}`
      const free = sql`not exists (
        select 1 from json_each(change.value, '$.names') as wanted
        join names on names.name = wanted.value ->> 'name' where names.worker <> change.value ->> 'id')`
      const freeWorkers = sql`(select value ->> 'id' from json_each(${all}) as change where ${free})`
      const [conflicts] = await db.batch([
        db.all<[key: number, ...NameValues]>(sql`
          select change.key, names.name, names.worker, names.kind, names.variant
          from json_each(${all}) as change
          join json_each(change.value, '$.names') as wanted
          join names on names.name = wanted.value ->> 'name'
          where names.worker <> change.value ->> 'id' order by change.key, wanted.key`),
        db.run(sql`
          insert into workers (id, source, owner, created_at)
          select value ->> 'id', value ->> 'source', value ->> 'owner', value ->> 'createdAt'
          from json_each(${all}) as change where ${free}
          on conflict (id) do update set source = excluded.source`),
        db.run(sql`
          insert into names (name, worker, kind, variant)
          select wanted.value ->> 'name', change.value ->> 'id', wanted.value ->> 'kind', wanted.value ->> 'variant'
          from json_each(${all}) as change join json_each(change.value, '$.names') as wanted where ${free}
          on conflict (name) do update set kind = excluded.kind, variant = excluded.variant`),
        db.run(sql`
          insert into recipes (worker, catalog, hash, version, path, updated_at, maintainers)
          select value ->> 'id', value ->> 'catalog', value ->> 'hash', value ->> 'version', value ->> 'path',
            value ->> 'updatedAt', value -> 'maintainers'
          from json_each(${all}) as change where ${free}
          on conflict (worker) do update set catalog = excluded.catalog, hash = excluded.hash,
            version = excluded.version, path = excluded.path, updated_at = excluded.updated_at,
            maintainers = excluded.maintainers`),
        db.run(sql`
          delete from recipe_bodies where worker in ${freeWorkers}`),
        ...bodyParameters(changes).map((bodies) =>
          db.run(sql`
            insert into recipe_bodies (worker, part, body)
            select value ->> 'worker', value ->> 'part', coalesce(value ->> 'body', ${bodies.large})
            from json_each(${JSON.stringify(bodies.parts)}) where value ->> 'worker' in ${freeWorkers}`),
        ),
        db.run(sql`
          insert into due (worker) select value ->> 'id' from json_each(${all}) as change where ${free}`),
      ])
      const conflictOf = new Map<number, NameRow>()
      for (const [key, name, worker, kind, variant] of conflicts) {
        if (!conflictOf.has(key)) conflictOf.set(key, { name, worker, kind, variant })
      }
      return changes.map((_, key) => conflictOf.get(key) ?? null)
    },
    async removeRecipes(catalog, removed) {
      for (let start = 0; start < removed.length; start += LIST_LENGTH) {
        const chosen = and(
          eq(recipes.catalog, catalog),
          isIn(recipes.worker, removed.slice(start, start + LIST_LENGTH)),
        )
        await db.batch([
          db.run(sql`insert into due (worker) select worker from recipes where ${chosen}`),
          db.run(sql`
            insert into former_recipes (worker, catalog, version)
            select worker, catalog, version from recipes where ${chosen}
            on conflict (worker) do update set catalog = excluded.catalog, version = excluded.version`),
          db.delete(recipes).where(chosen),
        ])
      }
    },
  }
}

type NameValues = [NameRow['name'], NameRow['worker'], NameRow['kind'], NameRow['variant']]

/** Two changes that take one name would each look free to the other. */
function assertDistinctNames(changes: readonly RecipeChange[]): void {
  const names = changes.flatMap((change) => change.names.map(({ name }) => name))
  if (new Set(names).size !== names.length) throw new Error('Two of the changes take the same name')
}

/** All of a change but its body. */
function plainChange({ worker, names, recipe }: RecipeChange) {
  const { catalog, hash, entry, updatedAt } = recipe
  return {
    ...worker,
    names: names.map(({ name, kind, variant }) => ({ name, kind, variant })),
    catalog,
    hash,
    version: entry.version,
    path: placeOfEntry(entry),
    updatedAt,
    maintainers: entry.manifest.maintainers,
  }
}

interface BodyPart {
  readonly worker: string
  readonly part: number
  /** Left out where the text is a parameter of its own. */
  readonly body?: string
}

interface BodyParameters {
  readonly parts: BodyPart[]
  /** The text of the one part that has none. */
  readonly large: string | null
}

/** The parts of all bodies: small ones together, a large one alone and as it is, because escaping would lengthen it. */
function bodyParameters(changes: readonly RecipeChange[]): BodyParameters[] {
  const parameters: BodyParameters[] = []
  let room = 0
  let small: BodyPart[] = []
  for (const { worker, recipe } of changes) {
    for (const { part, body } of bodyParts(recipe.entry)) {
      if (body.length > BODIES_CHARACTERS) {
        parameters.push({ parts: [{ worker: worker.id, part }], large: body })
        continue
      }
      if (body.length > room) {
        small = []
        parameters.push({ parts: small, large: null })
        room = BODIES_CHARACTERS
      }
      small.push({ worker: worker.id, part, body })
      room -= body.length
    }
  }
  return parameters
}

import type { Database } from '../ports/database.ts'

/** Where a catalog stands among all: where its operator puts it, else where it stood before, else behind all others. */
export async function positionOf(
  database: Pick<Database, 'listCatalogStates'>,
  catalog: string,
  wanted: number | null | undefined,
): Promise<number> {
  if (wanted != null) return wanted
  const states = await database.listCatalogStates()
  const known = states.find(({ state }) => state.catalog === catalog)
  return known?.position ?? 1 + Math.max(-1, ...states.map(({ position }) => position))
}

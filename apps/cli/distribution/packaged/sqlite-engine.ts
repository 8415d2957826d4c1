import type * as Clone from 'node:sqlite'

export type { StatementSync } from 'node:sqlite'

/**
 * SQLite as Node brings it along since 24; before, out of a package that carries it built for every platform, with the
 * same interface as far as it is used.
 */
export const DatabaseSync: typeof Clone.DatabaseSync = await engine()

async function engine(): Promise<typeof Clone.DatabaseSync> {
  if (Number(process.versions.node.split('.')[0]) >= 24) return (await import('node:sqlite')).DatabaseSync
  const portable: { readonly DatabaseSync: unknown } = await import('@photostructure/sqlite')
  return portable.DatabaseSync as typeof Clone.DatabaseSync
}

import { fileURLToPath } from 'node:url'
import { type CompiledCatalog, RbeeError } from '@rbee/schema'
import { compileCatalog } from '@rbee/sources'
import type { CommandContext } from '../program/command.ts'

/** The catalog of this clone, and the name it goes by on every machine. */
const OWN_CATALOG = {
  folder: fileURLToPath(new URL('../../../../workers', import.meta.url)),
  name: 'workers',
}

/** A catalog that was read, or the reason why it could not be. */
export type CatalogReading =
  | { readonly location: string; readonly compiled: CompiledCatalog; readonly failure: null }
  | { readonly location: string; readonly compiled: null; readonly failure: RbeeError }

/**
 * Compiles the given catalogs, by default the `workers` folder of this clone, one after the other and in their order,
 * which is their precedence. One that cannot be read does not keep the others from being read.
 *
 * @param announced whether each one is told as a step of a longer job.
 */
export async function* compileCatalogs(
  context: CommandContext,
  locations: readonly string[],
  { announced }: { readonly announced: boolean } = { announced: true },
): AsyncGenerator<CatalogReading> {
  const wanted =
    locations.length === 0
      ? [{ location: OWN_CATALOG.folder, name: OWN_CATALOG.name }]
      : locations.map((location) => ({ location, name: undefined }))
  const seen = new Set<string>()
  for (const { location, name } of wanted) {
    if (announced) context.terminal.step(`reading ${name ?? location}`)
    try {
      const compiled = await compileCatalog(location, {
        official: true,
        base: context.cwd,
        name,
        searchPath: context.env.PATH,
      })
      if (seen.has(compiled.catalog)) throw alreadyNamed(compiled.catalog)
      seen.add(compiled.catalog)
      yield { location, compiled, failure: null }
    } catch (failure) {
      if (!(failure instanceof RbeeError)) throw failure
      yield { location, compiled: null, failure }
    }
  }
}

/** The second would take away what the first one brought. */
function alreadyNamed(catalog: string): RbeeError {
  return new RbeeError('setting_invalid', `the catalog ${catalog} is named twice`, {
    next: 'name each catalog once; of one repository, name folders or branches (PATH#BRANCH)',
  })
}

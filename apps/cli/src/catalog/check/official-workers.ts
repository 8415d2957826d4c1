import type { OtherWorker } from '@rbee/checker'
import { compileCatalog } from '@rbee/sources'
import { OWN_CATALOG } from '../own-catalog.ts'

/** The project's own workers as of this clone, whose names nobody else may have. None outside of a clone. */
export async function officialWorkers(searchPath: string | undefined): Promise<readonly OtherWorker[]> {
  if (OWN_CATALOG === null) return []
  const { entries } = await compileCatalog(OWN_CATALOG.folder, { base: '/', official: true, searchPath })
  return entries
    .filter(({ source }) => source === 'official')
    .map(({ manifest, layout, source }) => ({
      id: manifest.id,
      manifest,
      layout,
      source,
      place: `the project's own`,
    }))
}

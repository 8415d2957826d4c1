import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { RbeeError } from '@rbee/schema'

/** A catalog as an operator names it: `PATH` or `PATH#REF`. */
export interface CatalogLocation {
  /** Absolute. */
  readonly folder: string
  /** Branch, tag or commit; null for what is checked out. */
  readonly ref: string | null
}

/**
 * Reads `PATH` or `PATH#REF`. A folder whose own name holds a `#` wins over the other reading.
 *
 * @param base the folder that a relative path means.
 * @throws RbeeError `catalog_unreadable` where there is no such folder.
 */
export async function parseLocation(text: string, base: string): Promise<CatalogLocation> {
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(text)) {
    throw new RbeeError(
      'catalog_unreadable',
      'catalogs are read from folders of this machine, not from addresses',
      {
        next: 'clone the repository and name the folder',
      },
    )
  }
  const whole = resolve(base, text)
  if (await isFolder(whole)) return { folder: whole, ref: null }
  const hash = text.lastIndexOf('#')
  if (hash > 0) {
    const folder = resolve(base, text.slice(0, hash))
    const ref = text.slice(hash + 1)
    if (ref !== '' && (await isFolder(folder))) return { folder, ref }
  }
  throw new RbeeError('catalog_unreadable', `there is no folder ${text}`, {
    next: 'name a folder that holds workers, or a folder of it: PATH or PATH#BRANCH',
  })
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch (error) {
    const name = error instanceof Error && 'code' in error ? error.code : undefined
    if (name === 'ENOENT' || name === 'ENOTDIR') return false
    throw new RbeeError('catalog_unreadable', `${path} cannot be looked at (${name})`, { cause: error })
  }
}

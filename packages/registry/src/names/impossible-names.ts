import { type CatalogEntry, RbeeError } from '@rbee/schema'
import { checkNames } from './name-rules.ts'
import { namesOf } from './worker-names.ts'

/**
 * Why an entry may not have the names it wants, whoever else wants them or has them: `name_reserved` or `invalid_id`. Such
 * an entry takes no part in the contest for names, or it could keep others from winning it. Null where nothing speaks
 * against them.
 */
export function impossibleNames(entry: CatalogEntry): RbeeError | null {
  try {
    checkNames(namesOf(entry.manifest, entry), entry.source)
    return null
  } catch (failure) {
    if (failure instanceof RbeeError) return failure
    throw failure
  }
}

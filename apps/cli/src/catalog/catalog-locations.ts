import { RbeeError } from '@rbee/schema'
import { checkLocation } from '@rbee/sources'

/**
 * Catalogs as they are named with `--catalog`: `PATH`, `file:///PATH`, `https://HOST/PATH`, `ssh://[USER@]HOST/PATH` or
 * `USER@HOST:PATH`, each with or without `#REF`. Fails with `setting_invalid` for addresses that nothing is fetched from,
 * before anything is read.
 */
export function catalogLocations(settings: readonly string[]): readonly string[] {
  for (const setting of settings) {
    try {
      checkLocation(setting)
    } catch (error) {
      if (!(error instanceof RbeeError)) throw error
      throw new RbeeError(error.code, `--catalog: ${error.message}`, { next: error.next, cause: error })
    }
  }
  return settings
}

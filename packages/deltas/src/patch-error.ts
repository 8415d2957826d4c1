import { RbeeError } from '@rbee/schema'

/** The error of a patch that cannot be applied; whoever meets it fetches the whole archive. */
export function unusable(why: string, cause?: unknown): RbeeError {
  return new RbeeError('patch_invalid', `the patch cannot be applied: ${why}`, {
    next: 'fetch the whole archive',
    cause,
  })
}

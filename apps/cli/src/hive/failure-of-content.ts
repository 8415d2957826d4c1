import { CannotResume } from '@rbee/packaging'
import { RbeeError } from '@rbee/schema'

/** Whether other bytes would cure it: what came, or what was here, is not what verified metadata names. */
export function isOfItsContent(error: unknown): boolean {
  if (error instanceof CannotResume) return true
  if (!(error instanceof RbeeError)) return false
  return ['digest_mismatch', 'size_mismatch', 'archive_invalid', 'archive_too_large'].includes(error.code)
}

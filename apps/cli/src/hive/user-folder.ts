import { homedir } from 'node:os'
import { hasCode } from '@rbee/schema'

/** The user's own folder; null for a user who has none, as in containers that run as a number without an account. */
export function userFolder(): string | null {
  try {
    return homedir() || null
  } catch (error) {
    if (hasCode(error, 'ERR_SYSTEM_ERROR')) return null
    throw error
  }
}

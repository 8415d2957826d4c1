import { type HostProfile, hostProfileSchema } from '@rbee/schema'

/** Larger texts are no profile. */
const PROFILE_MAX_CHARACTERS = 100_000
const PROBLEMS_SHOWN = 6

export type CheckedProfile =
  | { readonly valid: true; readonly profile: HostProfile }
  /** One sentence each, with the field that it is about. */
  | { readonly valid: false; readonly problems: readonly string[] }

/** Reads what `rbee-hive detect --json` prints. */
export function checkProfile(text: string): CheckedProfile {
  if (text.trim() === '') return refused('Paste what rbee-hive detect --json prints.')
  if (text.length > PROFILE_MAX_CHARACTERS) return refused('This is too long for a profile.')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return refused('This is not JSON: copy all that rbee-hive detect --json prints, from { to }.')
  }
  const parsed = hostProfileSchema.safeParse(value)
  if (parsed.success) return { valid: true, profile: parsed.data }
  const problems = parsed.error.issues.map(
    ({ path, message }) =>
      `${path.length === 0 ? 'The profile' : path.join('.')}: ${message.endsWith('undefined') ? 'is missing' : message}`,
  )
  return { valid: false, problems: problems.slice(0, PROBLEMS_SHOWN) }
}

function refused(problem: string): CheckedProfile {
  return { valid: false, problems: [problem] }
}

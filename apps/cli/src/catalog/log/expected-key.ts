import { RbeeError } from '@rbee/schema'
import { type LogSource, type NoteVerifier, parseVerifierKey } from '@rbee/transparency-log'
import type { CommandContext } from '../../program/command.ts'
import type { LogState } from './log-state.ts'

/** A key is far shorter. */
const KEY_MAX_BYTES = 1_000

/** The key that the log must be signed with: the one that is given, else the one it had before, else the one it shows. */
export async function expectedKey(
  { terminal }: Pick<CommandContext, 'terminal'>,
  source: LogSource,
  given: string | null,
  state: LogState | null,
): Promise<NoteVerifier> {
  if (given !== null || state !== null) {
    const verifier = parseVerifierKey(given ?? state?.key ?? '')
    if (state === null || verifier.text === state.key) return verifier
    throw new RbeeError(
      'log_signature_invalid',
      'The log was signed with another key when it was verified before',
      {
        next: 'A log has one key for ever: ask the operator, and keep the state file',
        details: { before: state.key },
      },
    )
  }
  const shown = await source('key', KEY_MAX_BYTES)
  if (shown === null) throw new RbeeError('log_unavailable', 'The registry shows no transparency log')
  const verifier = parseVerifierKey(new TextDecoder().decode(shown))
  terminal.warn(
    `the key is the one that the registry shows: ${verifier.text}; give the one you know with --key`,
  )
  return verifier
}

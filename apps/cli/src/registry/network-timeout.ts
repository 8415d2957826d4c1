import { RbeeError } from '@rbee/schema'
import { numberOption, SECONDS } from '../program/option-values.ts'

const TIMEOUT = numberOption({ ...SECONDS, min: 0, above: true, max: 3600 })

/**
 * How long a registry or mirror may take for an answer, or pass too little of an archive, in milliseconds; undefined where
 * the user says nothing about it. Fails with `setting_invalid`.
 */
export function networkTimeout(env: Readonly<Record<string, string | undefined>>): number | undefined {
  const setting = env.RBEE_NETWORK_TIMEOUT
  if (!setting) return undefined
  const seconds = TIMEOUT.safeParse(setting)
  if (seconds.success) return seconds.data * 1000
  throw new RbeeError('setting_invalid', `RBEE_NETWORK_TIMEOUT ${seconds.error.issues[0]?.message}`, {
    next: 'set it to a number of seconds, or unset it',
  })
}

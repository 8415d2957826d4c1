import { z } from 'zod'
import type { TrustSettings } from './connect-verified.ts'

/** The shape of the options that every command has which takes a registry's word; see {@link TrustSettings}. */
export const trustOptions = {
  yes: z.boolean().default(false),
  allowUnsigned: z.boolean().default(false),
}

/** Of a command that can also only say what it would do, and then changes nothing. */
export function trustSettings(options: {
  yes: boolean
  allowUnsigned: boolean
  dryRun: boolean
}): TrustSettings {
  const { yes, allowUnsigned, dryRun } = options
  return { yes, allowUnsigned, readOnly: dryRun }
}

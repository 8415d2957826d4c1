import { z } from 'zod'
import type { SwitchSettings } from './switch-instances.ts'

/** The shape of the options that every command has which replaces the build of running workers. */
export const switchOptions = {
  restart: z.boolean().default(false),
  readyTimeout: z.coerce.number().positive().max(86_400),
  drainTimeout: z.coerce.number().min(0).max(86_400),
}

export function switchSettings(options: {
  restart: boolean
  readyTimeout: number
  drainTimeout: number
}): SwitchSettings {
  const { restart, readyTimeout, drainTimeout } = options
  return { restart, readyTimeoutMs: readyTimeout * 1000, drainTimeoutMs: drainTimeout * 1000 }
}

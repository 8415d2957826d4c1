import { z } from 'zod'
import { numberOption, READY_TIMEOUT, SECONDS } from '../../program/option-values.ts'
import type { SwitchSettings } from './switch-instances.ts'

/** The shape of the options that every command has which replaces the build of running workers. */
export const switchOptions = {
  restart: z.boolean().default(false),
  readyTimeout: numberOption(READY_TIMEOUT),
  drainTimeout: numberOption({ ...SECONDS, min: 0, max: 86_400 }),
}

export function switchSettings(options: {
  restart: boolean
  readyTimeout: number
  drainTimeout: number
}): SwitchSettings {
  const { restart, readyTimeout, drainTimeout } = options
  return { restart, readyTimeoutMs: readyTimeout * 1000, drainTimeoutMs: drainTimeout * 1000 }
}

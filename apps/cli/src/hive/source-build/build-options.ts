import { totalmem } from 'node:os'
import { parseSize } from '@rbee/schema'
import { z } from 'zod'
import { numberOption, SECONDS } from '../../program/option-values.ts'
import {
  type BuildLimits,
  DEFAULT_BUILD_DISK,
  DEFAULT_BUILD_SECONDS,
  defaultMemory,
  MAX_PROCESSES,
} from './limits.ts'

const sizeOption = z
  .string()
  .transform((text) => parseSize(text) ?? Number.NaN)
  .refine((bytes) => bytes > 0, 'must be a size such as 8 GiB')

/** The shape of the options of every command that builds sources of others: what a build may do, and what it may take. */
export const buildOptions = {
  allowUnsandboxed: z.boolean().default(false),
  allowNetwork: z.boolean().default(false),
  buildTimeout: numberOption({ ...SECONDS, min: 0, above: true, max: 7 * 86_400 }).default(
    DEFAULT_BUILD_SECONDS,
  ),
  buildMemory: sizeOption.optional(),
  buildDisk: sizeOption.optional(),
}

export function buildLimits(options: {
  buildTimeout: number
  buildMemory?: number | undefined
  buildDisk?: number | undefined
}): BuildLimits {
  return {
    seconds: options.buildTimeout,
    memory: options.buildMemory ?? defaultMemory(totalmem()),
    disk: options.buildDisk ?? parseSize(DEFAULT_BUILD_DISK) ?? 0,
    processes: MAX_PROCESSES,
  }
}

/** The flags that were given, as builds ask for them. */
export function agreedFlags(options: {
  allowUnsandboxed: boolean
  allowNetwork: boolean
  allowUnpinned?: boolean
}): ReadonlySet<string> {
  const flags = new Set<string>()
  if (options.allowUnsandboxed) flags.add('--allow-unsandboxed')
  if (options.allowNetwork) flags.add('--allow-network')
  if (options.allowUnpinned === true) flags.add('--allow-unpinned')
  return flags
}

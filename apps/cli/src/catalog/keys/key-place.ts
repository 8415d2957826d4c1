import { randomBytes } from 'node:crypto'
import { join, resolve } from 'node:path'
import { OFFLINE_LIFETIME_MS } from '@rbee/trust'
import { type CeremonySurroundings, type KeyFolder, keyFolder } from '@rbee/trust/key-folder'
import { z } from 'zod'
import type { CommandContext } from '../../program/command.ts'
import { dataFolder } from '../server-settings.ts'

/** Options of every command that changes or shows keys. */
export const keyPlaceSchema = z.object({
  dataDir: z.string().min(1, 'may not be empty'),
  rootDir: z.string().min(1, 'may not be empty').optional(),
})

/** The folder with the keys of a data folder, and with `--root-dir` the one with the offline keys. */
export function keyPlace(
  { cwd }: Pick<CommandContext, 'cwd'>,
  { dataDir, rootDir }: z.infer<typeof keyPlaceSchema>,
): KeyFolder {
  const path = join(dataFolder(dataDir, cwd), 'keys')
  return rootDir === undefined ? keyFolder(path) : keyFolder(path, resolve(cwd, rootDir))
}

export function ceremonySurroundings({ clock }: Pick<CommandContext, 'clock'>): CeremonySurroundings {
  return { clock, randomBytes: (length) => randomBytes(length), lifetimeMs: OFFLINE_LIFETIME_MS }
}

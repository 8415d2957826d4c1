import { execFileSync, spawnSync } from 'node:child_process'
import { z } from 'zod'

/** A formula, and the machine and files it is carried out with. */
export interface FormulaTrial {
  readonly file: string
  readonly text: string
  readonly system: 'macos' | 'linux'
  readonly arch: 'x86_64' | 'aarch64'
  readonly program: string
  /** What the archive or repository holds. */
  readonly files: Readonly<Record<string, string>>
  /** Whether programs appear only when a command is run. */
  readonly building?: boolean
}

const outcomesSchema = z.array(
  z.object({
    /** Every call that the formula made, with its arguments. */
    calls: z.array(z.array(z.unknown())),
    installed: z.array(z.string()),
    environment: z.record(z.string(), z.string()),
  }),
)

/** Carries out formulas with the stand-in beside this file. */
export function carryOut(trials: readonly FormulaTrial[]): z.output<typeof outcomesSchema> {
  const standIn = new URL('./formula-language.rb', import.meta.url).pathname
  const input = JSON.stringify(trials)
  // Of the environment nothing but what the formula sets is to be seen.
  const env = { PATH: process.env.PATH, LANG: 'C.UTF-8' }
  return outcomesSchema.parse(JSON.parse(execFileSync('ruby', [standIn], { input, env, encoding: 'utf8' })))
}

/** Why tests that need Ruby cannot run here. */
export function rubyIsMissing(): boolean {
  return spawnSync('ruby', ['--version']).status !== 0
}

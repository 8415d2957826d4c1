import { resolve } from 'node:path'
import { type CheckFinding, type CheckReport, check, RULES } from '@rbee/checker'
import { hasCode, RbeeError } from '@rbee/schema'
import { z } from 'zod'
import { countsOf, describeFindings } from '../../catalog/check/describe-report.ts'
import { githubCommands } from '../../catalog/check/github-commands.ts'
import { officialWorkers } from '../../catalog/check/official-workers.ts'
import { createOutbound } from '../../catalog/check/outbound.ts'
import { sarifLog } from '../../catalog/check/sarif.ts'
import { askShellcheck } from '../../catalog/check/shellcheck.ts'
import { OWN_CATALOG } from '../../catalog/own-catalog.ts'
import { type CommandContext, command } from '../../program/command.ts'
import { EXIT } from '../../program/exit-codes.ts'

const optionsSchema = z
  .object({
    base: z.string().min(1, 'name a commit').optional(),
    submitter: z.string().trim().min(1, 'name the submitter').max(200).optional(),
    online: z.boolean().default(false),
    sarif: z.boolean().default(false),
    github: z.boolean().default(false),
  })
  .refine(({ sarif, github }) => !(sarif && github), {
    path: ['github'],
    error: 'choose one of --sarif and --github',
  })
type CheckCommandOptions = z.infer<typeof optionsSchema>

/** What `--json` prints. */
interface CheckResult {
  /** Whether nothing stands against taking it. */
  readonly ok: boolean
  readonly errors: number
  readonly warnings: number
  readonly workers: readonly string[]
  readonly findings: readonly CheckFinding[]
}

export default command({
  options: optionsSchema,

  async run(context, [folder = '.'], options): Promise<CheckResult> {
    if (context.json && (options.sarif || options.github)) {
      throw new RbeeError('usage', 'choose one of --json, --sarif and --github')
    }
    return resultOf(await judge(context, folder, options))
  },

  view({ findings, workers }, context, { sarif, github }) {
    if (sarif) return JSON.stringify(sarifLog(findings, RULES, context.version))
    const counts = countsOf(findings, workers.length)
    if (github) return [...githubCommands(findings), counts].join('\n')
    return [...describeFindings(findings, context.terminal.colors), counts].join('\n')
  },

  exitCode: ({ errors }) => (errors > 0 ? EXIT.failed : EXIT.done),
})

async function judge(
  context: CommandContext,
  folder: string,
  options: CheckCommandOptions,
): Promise<CheckReport> {
  const searchPath = context.env.PATH
  try {
    return await check(resolve(context.cwd, folder), {
      base: options.base ?? null,
      submitter: options.submitter ?? null,
      searchPath,
      signal: context.signal,
      ownCatalog: OWN_CATALOG?.folder ?? null,
      officialWorkers: await officialWorkers(searchPath),
      outbound: options.online ? createOutbound() : null,
      judgeScript: ({ text }) => askShellcheck(text, searchPath),
    })
  } catch (error) {
    throw context.signal.aborted ? error : couldNotRun(error)
  }
}

/** Whatever keeps the check from running is told by an exit code of its own: 1 means that errors were found. */
function couldNotRun(error: unknown): unknown {
  if (error instanceof RbeeError) {
    const { message, next, details } = error
    return new RbeeError('setting_invalid', message, { next, details, cause: error })
  }
  if (hasCode(error, 'EACCES', 'EPERM', 'EIO', 'ENOSPC', 'EMFILE')) {
    return new RbeeError('setting_invalid', `the folder cannot be checked (${error.code})`, { cause: error })
  }
  return error
}

function resultOf({ workers, findings }: CheckReport): CheckResult {
  const errors = findings.filter(({ severity }) => severity === 'error').length
  return { ok: errors === 0, errors, warnings: findings.length - errors, workers, findings }
}

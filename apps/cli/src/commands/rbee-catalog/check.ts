import { resolve } from 'node:path'
import { type CheckFinding, type CheckReport, check, RULES } from '@rbee/checker'
import { RbeeError } from '@rbee/schema'
import { z } from 'zod'
import { countsOf, describeFindings } from '../../catalog/check/describe-report.ts'
import { githubCommands } from '../../catalog/check/github-commands.ts'
import { officialWorkers } from '../../catalog/check/official-workers.ts'
import { createOutbound } from '../../catalog/check/outbound.ts'
import { sarifLog } from '../../catalog/check/sarif.ts'
import { askShellcheck } from '../../catalog/check/shellcheck.ts'
import { OWN_CATALOG } from '../../catalog/own-catalog.ts'
import { type CommandContext, command } from '../../program/command.ts'
import { EXIT, endingWith } from '../../program/exit-codes.ts'

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

/** Whatever keeps the check from running ends it with 2: 1 means that errors were found. */
function couldNotRun(error: unknown): unknown {
  if (error instanceof Error && 'code' in error && /^E[A-Z]+$/.test(String(error.code)))
    return endingWith(unreadable(String(error.code), error), EXIT.usage)
  return error instanceof Error ? endingWith(error, EXIT.usage) : error
}

function unreadable(code: string, cause: Error): RbeeError {
  return new RbeeError('catalog_unreadable', `the folder cannot be checked (${code})`, {
    next: 'see whether all files in it may be read, and whether the disk has space left',
    cause,
  })
}

function resultOf({ workers, findings }: CheckReport): CheckResult {
  const errors = findings.filter(({ severity }) => severity === 'error').length
  return { ok: errors === 0, errors, warnings: findings.length - errors, workers, findings }
}

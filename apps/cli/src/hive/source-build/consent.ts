import { RbeeError } from '@rbee/schema'
import { formatBytes, formatDuration, type Terminal } from '../../program/terminal.ts'
import type { BuildScript } from './build-script.ts'
import type { BuildLimits } from './limits.ts'
import type { MissingProtection, SourceInstallPlan } from './source-plan.ts'

/** What the user has agreed to on the command line. */
export interface Agreement {
  /** `--yes`: the script may be built. It does not stand for any of the flags. */
  readonly build: boolean
  /** Flags that were given: `--allow-unsandboxed` and so on. */
  readonly flags: ReadonlySet<string>
}

export interface Asking {
  readonly terminal: Terminal
  /** Null where nobody can be asked. */
  readonly ask: ((question: string) => Promise<string>) | null
  readonly signal: AbortSignal
}

/** What a build would do, in lines for people. */
export function describeBuild(plan: SourceInstallPlan, script: BuildScript, limits: BuildLimits): string[] {
  const { build } = plan
  const where = build.sandbox === null ? 'without a sandbox' : `in bubblewrap: ${sandboxText(build)}`
  const scope = `at most ${formatDuration(limits.seconds)}, ${formatBytes(limits.memory)} of memory, ${formatBytes(limits.disk)} on disk`
  return [
    `${plan.worker} ${plan.version}: ${plan.variant} for ${plan.platform}, to be built here from source`,
    `  ${plan.reason}`,
    `the script, from ${build.pkgbuild.url} (sha256 ${build.pkgbuild.sha256}):`,
    ...script.text
      .trimEnd()
      .split('\n')
      .map((line) => `  | ${visible(line)}`),
    build.sources.length === 0 ? 'it fetches nothing' : 'it fetches:',
    ...build.sources.map(
      ({ url, sums, commit }) => `  ${url}  ${commit === null ? sumsText(sums) : `commit ${commit}`}`,
    ),
    ...describeDependencies(build.dependencies),
    `it is built by ${build.builder} ${where}; ${scope}`,
    ...build.left.map((line) => `  ${line}`),
  ]
}

/** What a terminal would not show, or show elsewhere or in another colour: a script could hide what it does. */
const DECEPTIVE = /(?!\t)[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}]|\p{Variation_Selector}/gu

function visible(line: string): string {
  return line.replace(DECEPTIVE, (character) => {
    const number = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
    return `<U+${number}>`
  })
}

function sandboxText({ missing_protection: missing }: SourceInstallPlan['build']): string {
  const online = missing.some(({ code }) => code === 'network')
  return `read-only system, empty home, ${online ? 'network in prepare() only' : 'no network'}`
}

function sumsText(sums: Readonly<Record<string, string>>): string {
  return Object.entries(sums)
    .map(([kind, sum]) => `${kind} ${sum}`)
    .join('  ')
}

function describeDependencies(dependencies: SourceInstallPlan['build']['dependencies']): string[] {
  if (dependencies.length === 0) return []
  const words = dependencies.map(({ name, present }) =>
    present ? name : `${name} (not found under this name)`,
  )
  return [`it needs: ${words.join(', ')}`]
}

/**
 * Gets the user's agreement to a build and to each protection that is missing. Fails with `usage` where it is not given on
 * the command line and nobody can be asked, with `build_declined` where somebody says no.
 */
export async function obtainConsent(
  missing: readonly MissingProtection[],
  agreement: Agreement,
  { terminal, ask, signal }: Asking,
): Promise<void> {
  for (const { message } of missing) terminal.warn(message)
  const open = missing.filter(({ flag }) => !agreement.flags.has(flag))
  if (agreement.build && open.length === 0) return
  if (ask === null) throw notAgreed(open, agreement.build)
  for (const { message, flag } of open) {
    await confirm(`${message}.\nGo on nevertheless (${flag})? [y/N] `, ask, signal)
  }
  if (!agreement.build) await confirm('Build this script? [y/N] ', ask, signal)
}

async function confirm(
  question: string,
  ask: (question: string) => Promise<string>,
  signal: AbortSignal,
): Promise<void> {
  const answer = await ask(question)
  signal.throwIfAborted()
  if (/^y(?:es)?$/i.test(answer.trim())) return
  throw new RbeeError('build_declined', 'it is not built: you did not agree', {
    next: 'nothing was fetched and nothing was run',
  })
}

function notAgreed(open: readonly MissingProtection[], build: boolean): RbeeError {
  const flags = [...(build ? [] : ['--yes']), ...new Set(open.map(({ flag }) => flag))]
  return new RbeeError(
    'usage',
    `a script of a stranger is only built when you agree, and nobody can be asked here`,
    {
      next: `read what it does, above or with --dry-run, and if you agree add: ${flags.join(' ')}`,
    },
  )
}

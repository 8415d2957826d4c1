import { z } from 'zod'
import { examineMachine } from '../../hive/doctor/doctor.ts'
import type { DoctorFinding } from '../../hive/doctor/finding.ts'
import { hiveHome } from '../../hive/home.ts'
import { loadHostProfile } from '../../hive/host-profile.ts'
import { command } from '../../program/command.ts'
import { counted } from '../../program/counted.ts'
import { EXIT } from '../../program/exit-codes.ts'
import type { Terminal } from '../../program/terminal.ts'
import { connectRegistry } from '../../registry/connect.ts'

interface Diagnosis {
  /** Whether there is no problem; there may be warnings. */
  readonly ok: boolean
  readonly checks: readonly DoctorFinding[]
}

export default command({
  options: z.object({ registry: z.string(), home: z.string(), selfTest: z.boolean().default(false) }),

  async run(context, _args, options): Promise<Diagnosis> {
    const home = hiveHome(options.home, context.cwd)
    const checks = await examineMachine({
      home,
      profile: loadHostProfile({ cwd: context.cwd, env: context.env, home: home.root }),
      connect: () => connectRegistry(context, options.registry),
      env: context.env,
      clock: context.clock,
      signal: context.signal,
      selfTest: options.selfTest,
    })
    return { ok: checks.every(({ status }) => status !== 'problem'), checks }
  },

  view: ({ checks }, { terminal }) =>
    [...checks.map((found) => describe(found, terminal.colors)), '', summary(checks)].join('\n'),

  exitCode: ({ ok }) => (ok ? EXIT.done : EXIT.failed),
})

function describe({ check, status, message, next }: DoctorFinding, colors: Terminal['colors']): string {
  const paint = { ok: colors.green, warning: colors.yellow, problem: colors.red }[status]
  const line = `${paint(status.padEnd(7))}  ${colors.bold(check)}: ${message}`
  return next === null ? line : `${line}\n         ${colors.dim('next:')} ${next}`
}

function summary(checks: readonly DoctorFinding[]): string {
  const count = (status: DoctorFinding['status']) => checks.filter((found) => found.status === status).length
  const problems = count('problem')
  const warnings = count('warning')
  if (problems + warnings === 0) return 'everything is fine'
  return `${counted(problems, 'problem')}, ${counted(warnings, 'warning')}`
}

import { z } from 'zod'
import { type Audit, type AuditedList, type AuditedWorker, auditMachine } from '../../hive/audit/audit.ts'
import { hiveHome } from '../../hive/home.ts'
import { verifiedConnections } from '../../hive/trust/connect-verified.ts'
import { trustOptions } from '../../hive/trust/trust-options.ts'
import { command } from '../../program/command.ts'
import { EXIT } from '../../program/exit-codes.ts'
import { formatDuration, type Terminal } from '../../program/terminal.ts'

type Colors = Terminal['colors']

export default command({
  options: z.object({ home: z.string(), offline: z.boolean().default(false), ...trustOptions }),

  run(context, _args, options): Promise<Audit> {
    const home = hiveHome(options.home, context.cwd)
    return auditMachine({
      home,
      offline: options.offline,
      connect: verifiedConnections(context, home, options),
      clock: context.clock,
      signal: context.signal,
    })
  },

  view({ workers, lists }, { terminal, clock }) {
    if (workers.length === 0) return 'nothing is installed'
    const lines = [
      ...workers.flatMap((worker) => describeWorker(worker, terminal.colors)),
      ...lists.flatMap((list) => describeList(list, clock(), terminal.colors)),
    ]
    return lines.join('\n')
  },

  // What is too old to say that nothing is quarantined counts as if something were.
  exitCode: ({ ok }) => (ok ? EXIT.done : EXIT.refused),
})

function describeWorker(audited: AuditedWorker, colors: Colors): string[] {
  const { worker, version, variant, role, running, quarantined, yanked, deprecated, newer, unknown } = audited
  const name = `${worker} ${version} (${variant})${role === 'previous' ? ', the build before' : ''}`
  const lines: string[] = []
  const add = (mark: string, text: string, next: string | null) => {
    lines.push(`${mark} ${name} ${text}`)
    if (next !== null) lines.push(`  ${colors.dim('next:')} ${next}`)
  }
  if (quarantined !== null) {
    const also = running.length === 0 ? '' : `; it runs as ${running.join(', ')}`
    const cure =
      role === 'previous'
        ? 'it is not started; the next update removes it'
        : `rbee-hive update ${worker}; or remove it with: rbee-hive uninstall ${worker}`
    add(colors.red('✗'), `is quarantined: ${quarantined}${also}`, cure)
  }
  if (yanked !== null) add(colors.yellow('!'), `was withdrawn: ${yanked}`, `rbee-hive update ${worker}`)
  if (deprecated !== null) {
    const instead = deprecated.successor === null ? null : `rbee-hive install ${deprecated.successor}`
    add(colors.yellow('!'), `is of a deprecated worker: ${deprecated.message}`, instead)
  }
  if (newer !== null && quarantined === null && yanked === null)
    add(colors.yellow('!'), `is not the newest: ${newer}`, `rbee-hive update ${worker}`)
  if (lines.length > 0 || role === 'previous') return lines
  return [`${colors.green('✓')} ${name}${unknown === null ? '' : `: not quarantined; ${unknown}`}`]
}

function describeList(list: AuditedList, now: number, colors: Colors): string[] {
  const { registry, state, sequence, expires_at, age_seconds, complete, problem } = list
  const why = problem === null ? [] : [`  ${colors.dim('because:')} ${problem.message}`]
  const about = `list ${sequence} of ${registry}, issued ${formatDuration(age_seconds ?? 0)} ago`
  switch (state) {
    case 'missing':
      return [`${colors.red('✗')} there is no list of quarantined releases of ${registry}`, ...why]
    case 'expired':
      return [`${colors.red('✗')} ${about}, expired: it does not say what was quarantined since`, ...why]
    case 'current': {
      const left = formatDuration((Date.parse(expires_at ?? '') - now) / 1000)
      const more = complete ? [] : [`${colors.yellow('!')} it does not name everything that is quarantined`]
      return [`${about}, good for ${left}`, ...why, ...more]
    }
  }
}

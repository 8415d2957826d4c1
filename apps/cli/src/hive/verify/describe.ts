import type { Terminal } from '../../program/terminal.ts'
import { wrap } from '../../program/wrap.ts'
import { moment } from './check-release.ts'
import type { Finding, Verification } from './finding.ts'

const NAMES = {
  files: 'files',
  registry: 'registry',
  log: 'public log',
  publisher: 'publisher',
  workflow: 'workflow',
  rebuilds: 'rebuilds',
  standing: 'standing',
} as const satisfies Record<Finding['check'], string>
const WIDTH = Math.max(...Object.values(NAMES).map(({ length }) => length))

/** What was found, one thing after the other, for lines of so many characters. */
export function describeVerification(
  found: Verification,
  { colors, columns }: Pick<Terminal, 'colors' | 'columns'>,
): string {
  const { worker, version, variant, platform, registry, installed_at, checks } = found
  const where =
    installed_at === null
      ? `as ${registry} offers it`
      : `installed ${installed_at.slice(0, 10)} from ${registry}`
  const lines = checks.map((finding) => {
    const name = NAMES[finding.check].padEnd(WIDTH)
    const mark = markOf(finding, colors)
    return wrap(`${mark} ${name}  `, textOf(finding, colors), columns, WIDTH + 4)
  })
  return [
    wrap('', `${worker} ${version} (${variant}) for ${platform}, ${where}`, columns),
    ...lines,
    wrap('', conclusion(found), columns),
  ].join('\n')
}

function markOf({ status }: Finding, colors: Terminal['colors']): string {
  switch (status) {
    case 'ok':
      return colors.green('✓')
    case 'failed':
      return colors.red('✗')
    case 'not_available':
      return colors.dim('–')
  }
}

/** Marks and colours alone are not for everybody. */
function textOf({ status, code, message }: Finding, colors: Terminal['colors']): string {
  switch (status) {
    case 'ok':
      return message
    case 'failed':
      return `${colors.red('FAILED')} ${message}${code === null ? '' : ` (${code})`}`
    case 'not_available':
      return `not available: ${message}`
  }
}

function conclusion({ checks, online, checked_at }: Verification): string {
  const count = (status: Finding['status']) => checks.filter((one) => one.status === status).length
  const [proven, failed, missing] = [count('ok'), count('failed'), count('not_available')]
  const asked = online
    ? `checked ${moment(checked_at)}`
    : `checked ${moment(checked_at)} without the registry`
  const of = `${proven} of ${checks.length}`
  if (failed > 0)
    return `${failed} of ${checks.length} FAILED, ${proven} hold, ${missing} not available; ${asked}`
  return missing === 0
    ? `all ${checks.length} hold; ${asked}`
    : `${of} hold, ${missing} not available; ${asked}`
}

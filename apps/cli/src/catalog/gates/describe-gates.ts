import { PACKAGE_FILE_FORMATS } from '@rbee/package-files'
import { ERRORS } from '@rbee/schema'
import type { CommandContext } from '../../program/command.ts'
import { counted } from '../../program/counted.ts'
import { table } from '../../program/table.ts'
import type { GateOutcome, Reason, UnreadableWorker } from './gate-result.ts'

/** What the command found, as data. */
export interface GatesReport {
  readonly registry: string | null
  readonly catalogs: readonly string[]
  /** Programs of package managers that read the files. */
  readonly tools: readonly string[]
  readonly workers: number
  readonly summary: { readonly ok: number; readonly not_applicable: number; readonly failed: number }
  readonly files: readonly GateOutcome[]
  readonly unreadable: readonly UnreadableWorker[]
}

/** A row per address, a column per format; what failed is told below, with the cure. */
export function describeGates(report: GatesReport, { terminal }: Pick<CommandContext, 'terminal'>): string {
  for (const [tool, files] of [
    ['makepkg', 'PKGBUILDs'],
    ['ruby', 'formulas'],
  ] as const) {
    if (!report.tools.includes(tool))
      terminal.info(`${tool} is not installed here: it did not read the ${files}`)
  }
  const byAddress = Map.groupBy(
    report.files,
    ({ address, worker, version }) => `${worker} ${address} ${version}`,
  )
  const rows = [...byAddress.values()].map((files) => [
    files[0]?.address ?? '',
    files[0]?.version ?? '',
    ...PACKAGE_FILE_FORMATS.map((format) => cellOf(files.find((file) => file.format === format))),
  ])
  const { ok, not_applicable, failed } = report.summary
  return [
    ...(rows.length === 0 ? [] : [table(['WORKER', 'VERSION', ...PACKAGE_FILE_FORMATS], rows), '']),
    ...legend(report.files),
    ...failures(report),
    `${counted(report.workers, 'worker')}: ${ok} files ok, ${not_applicable} not applicable, ${failed} failed`,
  ].join('\n')
}

function cellOf(outcome: GateOutcome | undefined): string {
  switch (outcome?.status) {
    case undefined:
      return ''
    case 'ok':
      return 'ok'
    case 'not_applicable':
      return `(${outcome.reason.code})`
    case 'failed':
      return 'FAILED'
  }
}

/** What the codes in the table mean; the whole sentence for each file is in the JSON. */
function legend(files: readonly GateOutcome[]): string[] {
  const codes = new Set(files.flatMap((file) => (file.status === 'not_applicable' ? [file.reason.code] : [])))
  return codes.size === 0 ? [] : [...[...codes].map((code) => `(${code})  ${ERRORS[code].title}`), '']
}

function failures({ files, unreadable }: GatesReport): string[] {
  const told = [
    ...unreadable.map(({ worker, reason }) => [worker, [reason]] as const),
    ...files.flatMap((file) =>
      file.status === 'failed'
        ? [[`${file.address} ${file.version} ${file.format}`, file.reasons] as const]
        : [],
    ),
  ]
  return told.flatMap(([what, reasons]) => [`${what} failed:`, ...reasons.flatMap(linesOf), ''])
}

function linesOf({ code, message, next }: Reason): string[] {
  return [`  ${message} (${code})`, ...(next === null ? [] : [`  next: ${next}`])]
}

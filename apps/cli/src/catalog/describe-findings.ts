import type { CatalogState, Finding, RbeeError } from '@rbee/schema'
import type { CommandContext } from '../program/command.ts'
import { counted } from '../program/counted.ts'

/** More lines than anybody reads; all of them are in the JSON and in the server's catalog status. */
const MAX_LINES = 200

/** `community/x/worker.toml:7  manifest_invalid: worker.license … (next: …)` */
function describeFinding(finding: Finding): string {
  const file = finding.file === null ? finding.path : joinPlace(finding.path, finding.file)
  const place = finding.line === null ? file : `${file}:${finding.line}`
  const cure = finding.next === null ? '' : ` (${finding.next})`
  return `${place}  ${finding.code}: ${finding.message}${cure}`
}

function joinPlace(path: string, file: string): string {
  return path === '.' ? file : `${path}/${file}`
}

/** Writes findings to stderr: what is refused, then what is served with a warning. */
export function reportFindings(
  { terminal }: CommandContext,
  { refused, warnings }: { readonly refused: readonly Finding[]; readonly warnings: readonly Finding[] },
): void {
  const lines = [
    ...refused.map((finding) => `refused  ${describeFinding(finding)}`),
    ...warnings.map((finding) => describeFinding(finding)),
  ]
  for (const line of lines.slice(0, MAX_LINES)) terminal.warn(line)
  if (lines.length > MAX_LINES) terminal.warn(`… and ${lines.length - MAX_LINES} more`)
}

/**
 * Writes that a catalog as a whole could not be read or brought to the server.
 *
 * @param served whether the server goes on with what the catalog brought before.
 */
export function reportFailedCatalog(
  { terminal }: CommandContext,
  location: string,
  failure: RbeeError,
  served = false,
): void {
  const consequence = served ? 'is served as it was before' : 'is not served'
  terminal.error(`the catalog ${location} ${consequence}: ${failure.message} (${failure.code})`)
  if (failure.next !== null) terminal.next(failure.next)
}

/** Writes which workers are served although the server was not started with their catalogs. */
export function reportStrangers({ terminal }: CommandContext, states: readonly CatalogState[]): void {
  for (const { catalog, accepted } of states) {
    terminal.info(
      `also served: ${counted(accepted.length, 'worker')} of ${catalog}, which is not among the catalogs of this start`,
    )
  }
  if (states.length > 0) {
    terminal.info('  (to take a catalog and its workers away: rbee-catalog sync --drop NAME)')
  }
}

/** `12 workers accepted, 1 refused, 2 warnings` */
export function countsOf(
  accepted: number,
  refused: readonly Finding[],
  warnings: readonly Finding[],
): string {
  // Entries of an index have one path and differ by their workers.
  const places = new Set(refused.map(({ path, worker }) => `${path} ${worker}`)).size
  return [
    `${counted(accepted, 'worker')} accepted`,
    `${places} refused`,
    ...(warnings.length > 0 ? [counted(warnings.length, 'warning')] : []),
  ].join(', ')
}

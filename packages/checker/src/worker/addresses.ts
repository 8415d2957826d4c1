import type { Problem } from '../rule.ts'
import type { CheckedScript, CheckedWorker } from './checked-worker.ts'
import type { DeclaredSource } from './declared-sources.ts'
import { inScripts } from './script-problems.ts'

/** The address of a source, parsed. */
export interface SourceAddress {
  readonly source: DeclaredSource
  /** As it is written, without `git+` and fragment. */
  readonly written: string
  /** Null where it cannot be parsed. */
  readonly url: URL | null
}

/** The addresses of a PKGBUILD's sources; files of the folder have none. */
export function addressesOf({ sources }: CheckedScript): readonly SourceAddress[] {
  return sources
    .filter(({ kind, text }) => kind !== 'local' && text !== null)
    .map((source) => {
      const written = source.address.replace(/^(?:bzr|fossil|git|hg|svn)\+/i, '').replace(/#.*$/s, '')
      return { source, written, url: URL.canParse(written) ? new URL(written) : null }
    })
}

/** Asks a rule about every address. */
export function inAddresses(
  worker: CheckedWorker,
  judge: (address: SourceAddress) => { readonly reason: string; readonly cure: string } | null,
): readonly Problem[] {
  return inScripts(worker, (script) =>
    addressesOf(script).flatMap((address) => {
      const problem = judge(address)
      return problem === null ? [] : [{ ...problem, line: address.source.line }]
    }),
  )
}

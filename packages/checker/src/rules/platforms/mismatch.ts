import type { Problem, Rule } from '../../rule.ts'
import type { CheckedWorker } from '../../worker/checked-worker.ts'
import { inScripts } from '../../worker/script-problems.ts'

/** A platform that the manifest promises and no PKGBUILD builds ends in an installation that fails. */
export const platformMismatch: Rule<CheckedWorker> = {
  id: 'platform-mismatch',
  severity: 'error',
  summary: 'manifest and PKGBUILDs name the same architectures of Linux',
  check(worker): readonly Problem[] {
    const stated = worker.contents.manifest?.platforms.linux
    if (stated === undefined || stated.length === 0) return []
    return inScripts(worker, ({ variables, file }) => {
      const arch = variables.get('arch')
      const known = arch?.elements.flatMap((element) => (element.known ? [element.text] : [])) ?? []
      if (arch === undefined || known.includes('any') || known.length < arch.elements.length) return []
      const unbuilt = stated.filter((one) => !known.includes(one))
      const promised: readonly string[] = stated
      const unstated = known.filter((one) => /^(?:x86_64|aarch64)$/.test(one) && !promised.includes(one))
      return [
        ...unbuilt.map((one) => ({
          line: arch.line,
          reason: `the manifest names linux/${one}, which arch of ${file} does not`,
          cure: `add ${one} to arch, or take it out of the manifest`,
        })),
        ...unstated.map((one) => ({
          line: arch.line,
          reason: `arch names ${one}, which the manifest does not name below linux`,
          cure: `add ${one} to platforms.linux of the manifest, or take it out of arch`,
        })),
      ]
    })
  },
}

import { foldForSight, isWithinOneEdit } from '@rbee/registry/names'
import type { Rule } from '../../rule.ts'
import { inAddresses } from '../../worker/addresses.ts'
import type { CheckedWorker } from '../../worker/checked-worker.ts'

/** Hosts of sources that people know by sight, by the name before the last dot. */
const KNOWN = [
  'bitbucket',
  'codeberg',
  'crates',
  'freedesktop',
  'github',
  'githubusercontent',
  'gitlab',
  'huggingface',
  'kernel',
  'npmjs',
  'nvidia',
  'pypi',
  'pythonhosted',
  'pytorch',
  'sourceforge',
  'sourcehut',
]
/** Below this many letters one edit turns too many honest names into each other. */
const MIN_LETTERS = 6

/** A host that is read as another one. */
export const sourceConfusable: Rule<CheckedWorker> = {
  id: 'source-confusable',
  severity: 'error',
  summary: 'no host of a source can be mistaken for another one',
  check: (worker) =>
    inAddresses(worker, ({ url, written }) => {
      if (url === null) return null
      const cure = 'write the host out in plain letters, as it is really named'
      const authority = /^[a-z][a-z0-9+.-]*:[\\/]*([^\\/?#]*)/i.exec(written)?.[1] ?? ''
      if (/[^\u0021-\u007e]/.test(authority) || /(?:^|\.)xn--/i.test(url.hostname)) {
        return { reason: `the host ${url.hostname} holds letters that look like others`, cure }
      }
      if (/[^\u0020-\u007e]/.test(written)) {
        return {
          reason: 'the address holds letters that are no part of one',
          cure: 'write them percent-encoded',
        }
      }
      const meant = lookAlikeOf(url.hostname)
      return meant === null ? null : { reason: `the host ${url.hostname} can be mistaken for ${meant}`, cure }
    }),
}

function lookAlikeOf(host: string): string | null {
  for (const label of host.toLowerCase().split('.').slice(0, -1)) {
    if (KNOWN.includes(label)) continue
    const known = KNOWN.find((one) => {
      const [a, b] = [foldForSight(label), foldForSight(one)]
      return a === b || (one.length >= MIN_LETTERS && label.length >= MIN_LETTERS && isWithinOneEdit(a, b))
    })
    if (known !== undefined) return known
  }
  return null
}

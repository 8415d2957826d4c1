import type { Rule } from '../../rule.ts'
import { inAddresses } from '../../worker/addresses.ts'
import type { CheckedWorker } from '../../worker/checked-worker.ts'

/** Top-level names that lead to nobody but the machine or network of who asks (RFC 6761, 6762, 8375, 9476). */
const LOCAL_NAME =
  /(?:^|\.)(?:localhost|local|localdomain|internal|intranet|lan|home|corp|private|home\.arpa|test|invalid|onion|alt)$/

/** A number means another machine tomorrow, and a private name one that only the builder has. */
export const sourceAddress: Rule<CheckedWorker> = {
  id: 'source-address',
  severity: 'error',
  summary: 'sources come from public hosts that are named, not numbered',
  check: (worker) =>
    inAddresses(worker, ({ url }) => {
      if (url === null || url.hostname === '') return null
      const host = url.hostname.replace(/\.$/, '')
      const cure = 'name a public host that everybody can fetch from'
      if (host.startsWith('[') || /^\d{1,3}(?:\.\d{1,3}){3}$/.test(host)) {
        return { reason: `the host ${host} is a number`, cure }
      }
      if (LOCAL_NAME.test(host) || !host.includes('.')) {
        return { reason: `the host ${host} is not a public name`, cure }
      }
      return null
    }),
}

import type { Rule } from '../../rule.ts'
import { inAddresses } from '../../worker/addresses.ts'
import type { CheckedWorker } from '../../worker/checked-worker.ts'

/** Everything else can be read or replaced on the way, or reads files of the machine that builds. */
export const sourceScheme: Rule<CheckedWorker> = {
  id: 'source-scheme',
  severity: 'error',
  summary: 'sources are fetched by https or git+https',
  check: (worker) =>
    inAddresses(worker, ({ source, url, written }) => {
      const isGit = /^git\+https:\/\//i.test(source.address)
      const isHttps = source.kind === 'download' && /^https:\/\//i.test(source.address)
      // Programs that fetch and programs that check do not agree on what a backslash is.
      const isPlain = !/[\\\s]/.test(source.address)
      if (url !== null && url.hostname !== '' && (isGit || isHttps) && isPlain) return null
      const scheme = /^[a-z][a-z0-9+.-]*:/i.exec(source.address)?.[0] ?? written.slice(0, 20)
      return url === null || isGit || isHttps
        ? {
            reason: `${source.field} holds an address that is none`,
            cure: 'write https://HOST/PATH or git+https://HOST/PATH',
          }
        : { reason: `${source.field} fetches by ${scheme}`, cure: 'use an https or git+https address' }
    }),
}

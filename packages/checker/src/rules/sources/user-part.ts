import type { Rule } from '../../rule.ts'
import { inAddresses } from '../../worker/addresses.ts'
import type { CheckedWorker } from '../../worker/checked-worker.ts'

/** `https://github.com@evil.example/` looks like one host and is another; and a password would be public. */
export const sourceUser: Rule<CheckedWorker> = {
  id: 'source-user',
  severity: 'error',
  summary: 'no address of a source has a user part',
  check: (worker) =>
    inAddresses(worker, ({ url, written }) => {
      const authority = /^[a-z][a-z0-9+.-]*:[\\/]*([^\\/?#]*)/i.exec(written)?.[1] ?? ''
      if (!authority.includes('@') && (url === null || (url.username === '' && url.password === '')))
        return null
      return {
        reason: `the address of the host ${url?.hostname ?? ''} has a user part before it`,
        cure: 'take out everything between // and @',
      }
    }),
}

import { resolve } from 'node:path'
import { RbeeError } from '@rbee/schema'
import { z } from 'zod'
import { verifyLog } from '../../catalog/log/verify-log.ts'
import { command } from '../../program/command.ts'
import { EXIT } from '../../program/exit-codes.ts'

export default command({
  options: z.object({
    key: z.string().optional(),
    state: z.string().min(1).optional(),
    mirror: z.string().optional(),
  }),

  async run(context, [url], { key = null, state, mirror = null }) {
    if (!url) throw new RbeeError('usage', 'say which registry: rbee-catalog log verify URL')
    const stateFile = state === undefined ? null : resolve(context.cwd, state)
    return verifyLog(context, url, { key, stateFile, mirror })
  },

  view({ registry, size, root, known_size, releases, findings }) {
    if (findings.length > 0) return findings.map(({ code, message }) => `${code}: ${message}`).join('\n')
    const grown = known_size === null ? '' : `, of which ${known_size} are as they were before`
    return `${registry}: the log is whole: ${size} entries${grown}; ${releases} releases are served as it says\nroot ${root}`
  },

  exitCode: ({ ok }) => (ok ? EXIT.done : EXIT.refused),
})

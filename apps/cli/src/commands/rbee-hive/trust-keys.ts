import { workerKeysOf } from '@rbee/provenance'
import { z } from 'zod'
import { hiveHome } from '../../hive/home.ts'
import { parseWorkerId, readInstalled } from '../../hive/installed.ts'
import { readKeptKeys } from '../../hive/provenance/kept-keys.ts'
import { command } from '../../program/command.ts'
import { table } from '../../program/table.ts'
import { parseRegistryUrl } from '../../registry/registry-url.ts'

export default command({
  options: z.object({ home: z.string(), registry: z.string() }),

  async run(context, [text], options) {
    const home = hiveHome(options.home, context.cwd)
    const worker = parseWorkerId(text)
    const installed = await readInstalled(home, worker)
    const registry = parseRegistryUrl(installed?.active.registry ?? options.registry)
    const known = await readKeptKeys(home, registry, worker)
    const { provenance_required, keys } = known === null ? NONE : workerKeysOf(known.history)
    return { worker, registry, seen_at: known?.seenAt ?? null, provenance_required, keys }
  },

  view({ worker, registry, seen_at, keys }) {
    if (seen_at === null) return `no keys of a publisher of ${worker} were seen at ${registry}`
    const rows = keys.map(({ key_id, status, bound_at, revoked_at, reason }) => [
      key_id,
      status,
      `since ${bound_at.slice(0, 10)}${revoked_at === null ? '' : ` until ${revoked_at.slice(0, 10)}`}`,
      reason ?? '',
    ])
    return `${table(['KEY', 'STATUS', 'BOUND', 'REVOKED BECAUSE'], rows)}\nas seen at ${registry} on ${seen_at.slice(0, 10)}`
  },
})

const NONE = { provenance_required: false, keys: [] }

import { z } from 'zod'
import { hiveHome } from '../../hive/home.ts'
import { parseWorkerId, readInstalled } from '../../hive/installed.ts'
import { acceptKeys } from '../../hive/provenance/accept-keys.ts'
import { connectVerified } from '../../hive/trust/connect-verified.ts'
import { trustOptions } from '../../hive/trust/trust-options.ts'
import { command } from '../../program/command.ts'

export default command({
  options: z.object({ home: z.string(), registry: z.string(), yes: trustOptions.yes }),

  async run(context, [text], options) {
    const home = hiveHome(options.home, context.cwd)
    const worker = parseWorkerId(text)
    const setting = (await readInstalled(home, worker))?.active.registry ?? options.registry
    const settings = { yes: options.yes, allowUnsigned: false }
    const { url: registry, client, trust } = await connectVerified(context, setting, home, settings)
    return acceptKeys({ home, registry, worker, client, trust, yes: options.yes }, context)
  },

  view({ worker, status, now }, { terminal }) {
    const keys = now.length === 0 ? 'no key' : now.join(', ')
    const mark = terminal.colors.green('✓')
    if (status === 'current') return `${mark} nothing to accept: ${worker} has ${keys}`
    return `${mark} ${worker} is known by ${keys} from now on`
  },
})

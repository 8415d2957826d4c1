import { z } from 'zod'
import { hiveHome } from '../../hive/home.ts'
import { revocationGuard } from '../../hive/revocations/guard.ts'
import { rollBack } from '../../hive/update/rollback.ts'
import { switchOptions, switchSettings } from '../../hive/update/switch-options.ts'
import { command } from '../../program/command.ts'

export default command({
  options: z.object({ home: z.string(), ...switchOptions }),

  run: (context, [worker], options) => {
    const home = hiveHome(options.home, context.cwd)
    const guard = revocationGuard(home, { ...context, warn: (line) => context.terminal.warn(line) })
    return rollBack(home, worker, switchSettings(options), { ...context, guard })
  },

  view: ({ worker, from, to }, { terminal }) =>
    `${terminal.colors.green('✓')} ${worker} is ${to.version} (${to.variant}) again, not ${from.version} (${from.variant})\n` +
    `change your mind with: rbee-hive rollback ${worker}`,
})

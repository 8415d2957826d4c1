import { z } from 'zod'
import { enableBoot, planBoot } from '../../hive/boot/boot.ts'
import { serviceManager } from '../../hive/boot/service-manager.ts'
import { hiveHome } from '../../hive/home.ts'
import { parseWorkerId, requireInstalled } from '../../hive/installed.ts'
import { findModel } from '../../hive/model-file.ts'
import { command } from '../../program/command.ts'
import { numberOption, PORT, READY_TIMEOUT } from '../../program/option-values.ts'

export default command({
  options: z.object({
    home: z.string(),
    model: z.string().min(1, 'names no file').optional(),
    port: numberOption({ ...PORT, min: 1 }).optional(),
    name: z.string().optional(),
    readyTimeout: numberOption(READY_TIMEOUT).default(600),
    now: z.boolean().default(false),
    dryRun: z.boolean().default(false),
  }),

  async run(context, [wanted, ...extra], options) {
    const home = hiveHome(options.home, context.cwd)
    const manager = serviceManager(process.platform, context.env)
    const { id } = await requireInstalled(home, wanted)
    const name = options.name === undefined ? id : parseWorkerId(options.name)
    const model = options.model === undefined ? null : await findModel(context.cwd, options.model)
    const args = [
      ...['run', id, '--supervise', '--home', home.root, '--name', name],
      ...['--ready-timeout', String(options.readyTimeout)],
      ...(options.port === undefined ? [] : ['--port', String(options.port)]),
      ...(model === null ? [] : ['--model', model]),
      ...(extra.length === 0 ? [] : ['--', ...extra]),
    ]
    const entry = { name, command: [...context.program, ...args], path: context.env.PATH ?? '' }
    if (options.dryRun) return { status: 'planned' as const, name, ...planBoot(manager, entry) }
    const file = await enableBoot(manager, entry, options.now)
    const late = await manager.lateStart()
    if (late !== null) context.terminal.warn(late)
    return { status: 'enabled' as const, name, file, started: options.now, warning: late }
  },

  view(result) {
    if (result.status === 'planned') return `# ${result.file}\n${result.text.trimEnd()}`
    const state = result.started ? 'it was started' : 'start it now with --now'
    return `${result.name} starts with the machine from now on (${result.file}); ${state}`
  },
})

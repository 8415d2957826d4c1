import { resolve } from 'node:path'
import { z } from 'zod'
import { ageText, momentOf } from '../../hive/bundle/bundle-age.ts'
import { bundleAnswers } from '../../hive/bundle/bundle-answers.ts'
import { openShown } from '../../hive/bundle/open-shown.ts'
import { command } from '../../program/command.ts'
import { timeOption } from '../../program/option-values.ts'
import { installNamed } from './install.ts'

export default command({
  options: z.object({
    home: z.string(),
    maxAge: timeOption(),
    hostProfile: z.string().optional(),
    yes: z.boolean().default(false),
  }),

  async run(context, [file = ''], { home, maxAge, hostProfile, yes }) {
    await using bundle = await openShown(resolve(context.cwd, file), context)
    const { registry, created_at, workers } = bundle.index
    const asOf = momentOf(bundle, context.clock(), maxAge)
    const age = ageText(context.clock() - asOf)
    context.terminal.info(
      `${bundle.path} is ${age} old: what ${registry} withdrew or published since is not known here`,
    )
    const through = { ...context, answers: bundleAnswers(bundle, asOf) }
    const installed = []
    for (const { worker, version, variant } of workers) {
      const result = await installNamed(through, worker, {
        ...{ registry, home, version, yes, cooldown: '0', now: true },
        ...(variant === null ? {} : { variant }),
        ...(hostProfile === undefined ? {} : { hostProfile }),
      })
      installed.push(result)
    }
    return { registry, created_at, workers: installed }
  },

  view({ workers }, { terminal }) {
    const mark = terminal.colors.green('✓')
    const lines = workers.map((result) => {
      const already = 'status' in result && result.status === 'already_installed'
      const name = `${result.worker} ${result.version} (${result.variant})`
      return already ? `${mark} ${name} is installed already` : `${mark} installed ${name}`
    })
    return [...lines, 'start one with: rbee-hive run WORKER'].join('\n')
  },
})

import { relative, resolve } from 'node:path'
import { RbeeError } from '@rbee/schema'
import { z } from 'zod'
import { catalogNameSchema, ownerSchema } from '../../catalog/init/facts.ts'
import { type InitResult, initCatalog } from '../../catalog/init/init-catalog.ts'
import { PIN_FILE } from '../../catalog/init/program-pin.ts'
import { command } from '../../program/command.ts'
import type { Terminal } from '../../program/terminal.ts'

export default command({
  options: z.object({
    name: catalogNameSchema.optional(),
    owner: ownerSchema.optional(),
    organization: ownerSchema.optional(),
    registry: z.string().min(1, 'may not be empty').optional(),
    only: z.array(z.string().min(1)).default([]),
    keep: z.boolean().default(false),
    force: z.boolean().default(false),
    dryRun: z.boolean().default(false),
  }),

  async run(context, [dir = '.'], { keep, force, organization, ...options }) {
    if (keep && force) throw new RbeeError('usage', '--keep and --force cannot be combined')
    return initCatalog(context, {
      ...options,
      owner: options.owner ?? organization,
      folder: resolve(context.cwd, dir),
      onExisting: keep ? 'keep' : force ? 'replace' : 'refuse',
    })
  },

  view(result, { cwd, terminal }) {
    const lines = (what: string, paths: readonly string[]) => paths.map((path) => `  ${what}  ${path}`)
    const changes = [...lines('created ', result.created), ...lines('replaced', result.replaced)]
    const inner = relative(cwd, result.path) || '.'
    const folder = inner.startsWith('..') ? result.path : inner
    const head =
      changes.length === 0
        ? `${folder}: everything is there already`
        : `${folder}: the catalog ${result.name}`
    if (result.dry_run) return [`${head} (nothing was written)`, ...changes].join('\n')
    tellWhatIsMissing(result, terminal)
    if (changes.length > 0)
      terminal.next(`git -C ${folder} add -A && git -C ${folder} commit, then push it and see README.md`)
    return [head, ...changes].join('\n')
  },
})

function tellWhatIsMissing({ programs, owner, registry }: InitResult, terminal: Terminal): void {
  if (programs === null)
    terminal.warn(`the workflows have no programs to run yet; --registry URL names them in ${PIN_FILE}`)
  if (owner === null) terminal.warn('nobody is asked to review yet; --owner NAME fills in .github/CODEOWNERS')
  if (registry?.startsWith('http:'))
    terminal.warn(`${registry} is not an https address: GitHub's machines have to reach it`)
}

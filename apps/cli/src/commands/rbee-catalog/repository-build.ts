import { resolve } from 'node:path'
import { openRepositories, type RepositoriesReport } from '@rbee/package-repositories'
import { RbeeError } from '@rbee/schema'
import { z } from 'zod'
import { command } from '../../program/command.ts'
import { counted } from '../../program/counted.ts'
import { EXIT } from '../../program/exit-codes.ts'
import { connectRegistry } from '../../registry/connect.ts'
import { withRepositoryFolder } from '../../repositories/locked-folder.ts'
import { registryClientSource } from '../../repositories/registry-client-source.ts'
import { tellBuild } from '../../repositories/tell-build.ts'

interface Built extends RepositoriesReport {
  /** Where they lie. */
  readonly path: string
}

export default command({
  options: z.object({ registry: z.string() }),

  async run(context, [dir], { registry }): Promise<Built> {
    if (!dir) throw new RbeeError('usage', 'say in which folder the repositories are to lie')
    const path = resolve(context.cwd, dir)
    const { signal, clock, terminal } = context
    const telling = tellBuild(terminal)
    const connection = await connectRegistry(context, registry)
    const source = registryClientSource(connection, { signal, onBytes: telling.onBytes })
    const { onEvent } = telling
    try {
      const report = await withRepositoryFolder(path, () =>
        openRepositories({ source, folder: path, clock, signal, onEvent }).update(),
      )
      return { path, ...report }
    } finally {
      telling.end()
    }
  },

  view: ({ path, packages, packages_made, formulas }) =>
    `${path}: ${counted(packages, 'package')} for pacman (${packages_made} new), ${counted(formulas, 'formula')} for Homebrew`,

  exitCode: ({ left_out }) => (left_out.length === 0 ? EXIT.done : EXIT.failed),
})

import { z } from 'zod'
import { command } from '../../program/command.ts'
import { formatBytes } from '../../program/terminal.ts'
import { readProgramArchives } from '../../programs/read-archives.ts'
import { sendPrograms } from '../../programs/send-programs.ts'
import { connectRegistry } from '../../registry/connect.ts'

export default command({
  options: z.object({ registry: z.string() }),

  async run(context, paths, { registry }) {
    const { version, archives } = await readProgramArchives(paths, context.cwd)
    const { client, url } = await connectRegistry(context, registry)
    const { terminal, signal } = context
    const document = await sendPrograms({ client, terminal, signal }, version, archives)
    terminal.next(`curl -fsSL ${url}/install.sh | sh`)
    return document
  },

  view: ({ version, builds }) =>
    [
      `offered: the programs in version ${version}`,
      ...builds.map(({ platform, size, checksum }) => `  ${platform}  ${formatBytes(size)}  ${checksum}`),
    ].join('\n'),
})

import { RbeeError, type ReleaseDocument, workerIdSchema } from '@rbee/schema'
import { z } from 'zod'
import { parseWorkerAddress } from '../../hive/address.ts'
import { hiveHome } from '../../hive/home.ts'
import { type InstalledWorker, readInstalled } from '../../hive/installed.ts'
import { command } from '../../program/command.ts'
import { table } from '../../program/table.ts'
import { formatBytes } from '../../program/terminal.ts'
import { connectRegistry } from '../../registry/connect.ts'

export default command({
  options: z.object({ registry: z.string(), home: z.string() }),

  async run(context, [worker], options) {
    const { address, version } = parseWorkerAddress(worker)
    const home = hiveHome(options.home, context.cwd)
    const registry = await connectRegistry(context, options.registry)
    const release = await registry.client.getRelease(address, version ?? 'latest').catch((error: unknown) => {
      // What is installed can be shown without the registry.
      if (error instanceof RbeeError && error.code === 'registry_unreachable') return error
      throw error
    })
    const id = workerIdSchema.parse(release instanceof RbeeError ? address : release.worker)
    const installed = await readInstalled(home, id)
    if (release instanceof RbeeError && installed === null) throw release
    if (release instanceof RbeeError) context.terminal.warn(release.message)
    return { id, installed, release: release instanceof RbeeError ? null : release }
  },

  view: ({ id, installed, release }) =>
    [release ? describeRelease(release) : id, describeInstalled(installed)].join('\n\n'),
})

function describeRelease(release: ReleaseDocument): string {
  const rows = release.variants.map((variant) => [
    variant.name,
    variant.artifacts
      .map(
        ({ platform, archives }) =>
          `${platform} (${formatBytes(Math.min(...archives.map((archive) => archive.size)))})`,
      )
      .join(', ') || 'no binary published',
    Object.entries(variant.requirements)
      .filter(([name]) => name !== 'priority')
      .map(([name, value]) => `${name} ${Array.isArray(value) ? value.join(' or ') : value}`)
      .join(', ') || 'nothing special',
  ])
  return [
    `${release.name} (${release.worker} ${release.version}, ${release.source}, ${release.license})`,
    `published ${release.published_at.slice(0, 10)}; reads ${release.capabilities.supported_formats.join(', ') || 'no model files'}`,
    '',
    table(['VARIANT', 'BINARIES', 'NEEDS'], rows),
  ].join('\n')
}

function describeInstalled(installed: InstalledWorker | null): string {
  if (installed === null) return 'not installed here'
  const { active, previous } = installed
  const before = previous ? `; before that ${previous.version} (${previous.variant})` : ''
  return `installed here: ${active.version} (${active.variant}), since ${active.installed_at.slice(0, 10)}${before}\nbecause: ${active.reason}`
}

import { RbeeError, type ReleaseDocument } from '@rbee/schema'
import { z } from 'zod'
import { meansInstalled, parseWorkerAddress } from '../../hive/address.ts'
import { chooseRelease } from '../../hive/choose-release.ts'
import { tellDamage } from '../../hive/damaged-file.ts'
import { hiveHome } from '../../hive/home.ts'
import { type InstalledWorker, listInstalled } from '../../hive/installed.ts'
import { connectVerified } from '../../hive/trust/connect-verified.ts'
import { trustOptions } from '../../hive/trust/trust-options.ts'
import { command } from '../../program/command.ts'
import { table } from '../../program/table.ts'
import { formatBytes } from '../../program/terminal.ts'

export default command({
  options: z.object({ registry: z.string(), home: z.string(), ...trustOptions }),

  async run(context, [worker], options) {
    const { address, version } = parseWorkerAddress(worker)
    const home = hiveHome(options.home, context.cwd)
    const registry = await connectVerified(context, options.registry, home, options)
    const { sound: installed, damaged } = await listInstalled(home)
    try {
      const { release, newerSourceOnly } = await chooseRelease(registry.client, address, version)
      const here = installed.find(({ id }) => id === release.worker) ?? null
      tellDamage(
        damaged.filter(({ name }) => name === release.worker),
        context.terminal,
      )
      return { id: release.worker, installed: here, release, newer_source_only: newerSourceOnly }
    } catch (error) {
      const here = installed.find(({ id, active }) =>
        meansInstalled(address, { id, variant: active.variant }),
      )
      // What is installed can be shown without the registry, and when the registry has it no more.
      const bearable =
        error instanceof RbeeError && ['registry_unreachable', 'worker_not_found'].includes(error.code)
      if (!bearable || here === undefined) throw error
      context.terminal.warn(error.message)
      return { id: here.id, installed: here, release: null, newer_source_only: null }
    }
  },

  view({ id, installed, release, newer_source_only: newer }) {
    const parts = [
      release ? describeRelease(release) : id,
      newer === null ? null : `${newer} exists as source only`,
      describeInstalled(installed),
    ]
    return parts.filter((part) => part !== null).join('\n\n')
  },
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
  const how = active.built_from === undefined ? '' : `, built here by ${active.built_from.builder}`
  const before = previous ? `; before that ${previous.version} (${previous.variant})` : ''
  return `installed here: ${active.version} (${active.variant}), since ${active.installed_at.slice(0, 10)}${how}${before}\nbecause: ${active.reason}`
}

import type { ReleaseDocument } from '@rbee/schema'
import { byteSize } from '../figures/byte-size.ts'
import { platformName } from './platform-names.ts'
import { requirementsText } from './requirements-text.ts'

/** A property of a release that people compare. */
interface ReleaseFact {
  readonly name: string
  readonly text: string
}

export interface FactGroup {
  readonly title: string
  readonly facts: readonly ReleaseFact[]
}

/** What a release states and holds, in the form in which two of them are compared. */
function releaseFacts(release: ReleaseDocument): FactGroup[] {
  const { capabilities, dependencies, run, selftest, git, pricing } = release
  return [
    {
      title: 'Manifest',
      facts: [
        { name: 'Name', text: release.name },
        { name: 'Licence', text: release.license },
        { name: 'Price', text: pricing === null ? '' : JSON.stringify(pricing) },
        { name: 'Platforms', text: release.platforms.map(({ os, arch }) => `${os}-${arch}`).join(', ') },
        { name: 'Variants', text: release.variants.map(({ name }) => name).join(', ') },
        { name: 'Default variant', text: release.default_variant },
        { name: 'Model formats', text: capabilities.supported_formats.join(', ') },
        { name: 'Tasks', text: capabilities.tasks.join(', ') },
        { name: 'Longest context', text: String(capabilities.max_context_length ?? '') },
        { name: 'Streaming', text: yesOrNo(capabilities.supports_streaming) },
        { name: 'Batching', text: yesOrNo(capabilities.supports_batching) },
        { name: 'System libraries and programs', text: dependencies.system.join(', ') },
        { name: 'Uses when it runs', text: dependencies.runtime.join(', ') },
        { name: 'Program', text: release.binary_name },
        { name: 'Started with', text: run === null ? '' : run.command.join(' ') },
        { name: 'Port flag', text: run?.port_flag ?? '' },
        { name: 'Model flag', text: run?.model_flag ?? '' },
        { name: 'Ready when', text: run === null ? '' : `${run.health_path} answers` },
        { name: 'Self-test', text: selftest === null ? '' : selftest.command.join(' ') },
        { name: 'Source commit', text: git?.commit ?? '' },
      ],
    },
    {
      title: 'Requirements',
      facts: release.variants.map(({ name, requirements }) => ({
        name,
        text: requirementsText(requirements).join(' · '),
      })),
    },
    {
      title: 'Builds',
      facts: release.variants.flatMap(({ name, artifacts }) =>
        artifacts.map((artifact) => ({
          name: `${platformName(artifact.platform)}, ${name}`,
          text: `${byteSize(Math.min(...artifact.archives.map(({ size }) => size)))} to download, ${byteSize(artifact.unpacked_size)} unpacked, ${artifact.digest.slice(0, 'sha256:'.length + 12)}`,
        })),
      ),
    },
  ]
}

export interface FactChange {
  readonly name: string
  /** Null where the release had nothing of the kind. */
  readonly from: string | null
  readonly to: string | null
}

/** What differs between two releases, by group; groups without a difference have no changes. */
export function factChanges(
  from: ReleaseDocument,
  to: ReleaseDocument,
): { readonly title: string; readonly changes: readonly FactChange[] }[] {
  const before = releaseFacts(from)
  return releaseFacts(to).map(({ title, facts }, index) => {
    const old = textByName(before[index]?.facts ?? [])
    const fresh = textByName(facts)
    const names = [...new Set([...old.keys(), ...fresh.keys()])]
    return {
      title,
      changes: names
        .map((name) => ({ name, from: old.get(name) ?? null, to: fresh.get(name) ?? null }))
        .filter((change) => change.from !== change.to),
    }
  })
}

function textByName(facts: readonly ReleaseFact[]): ReadonlyMap<string, string> {
  return new Map(facts.filter(({ text }) => text !== '').map(({ name, text }) => [name, text]))
}

function yesOrNo(value: boolean): string {
  return value ? 'yes' : 'no'
}

import type { Platform, VariantDocument } from '@rbee/schema'
import { byteSize } from '../figures/byte-size.ts'
import { dayText, wholeNumber } from '../figures/figures.ts'
import { priceText } from '../worker/install-section.ts'
import { platformName, sortedPlatforms } from '../worker/platform-names.ts'
import { requirementsText } from '../worker/requirements-text.ts'
import { isSigned, isVerified } from '../worker/verified.ts'
import type { ComparedWorker } from './compared-workers.ts'

/** One property of all workers that are compared. */
export interface ComparedFact {
  readonly name: string
  /** One text per worker, in their order; null where a worker has nothing of the kind. */
  readonly texts: readonly (string | null)[]
  /** Whether not all of them say the same. */
  readonly differs: boolean
}

export interface ComparedGroup {
  readonly title: string
  readonly facts: readonly ComparedFact[]
}

/** What workers do, where they run and on what terms, property by property; those that none of them has are left out. */
export function comparison(workers: readonly ComparedWorker[]): ComparedGroup[] {
  const of = (name: string, textOf: (one: ComparedWorker) => string | null): ComparedFact => {
    const texts = workers.map(textOf).map((text) => (text === '' ? null : text))
    return { name, texts, differs: new Set(texts).size > 1 }
  }
  const groups: ComparedGroup[] = [
    {
      title: 'What it does',
      facts: [
        of('Tasks', ({ worker }) => worker.capabilities.tasks.join(', ')),
        of('Model formats', ({ worker }) => worker.capabilities.supported_formats.join(', ')),
        of('Longest context', ({ worker }) => tokens(worker.capabilities.max_context_length)),
        of('Streaming', ({ worker }) => yesOrNo(worker.capabilities.supports_streaming)),
        of('Batching', ({ worker }) => yesOrNo(worker.capabilities.supports_batching)),
      ],
    },
    {
      title: 'Smallest download',
      facts: platformsOf(workers).map((platform) =>
        of(platformName(platform), ({ release }) => smallestDownload(release.variants, platform)),
      ),
    },
    {
      title: 'What a build needs',
      facts: variantsOf(workers).map((variant) => of(variant, (one) => needsOf(one, variant))),
    },
    {
      title: 'Terms',
      facts: [
        of('Licence', ({ worker }) => worker.license),
        of('Price', ({ worker }) => priceText(worker.pricing)),
        of('Distributed as', ({ worker: { distribution } }) =>
          [distribution.binary_available && 'builds', distribution.source_available && 'source']
            .filter((form) => form !== false)
            .join(' and '),
        ),
      ],
    },
    {
      title: 'Trust',
      facts: [
        of('Official', ({ worker }) => yesOrNo(worker.source === 'official')),
        of('Publisher verified', ({ release }) => yesOrNo(isVerified(release))),
        of('Builds signed', ({ release }) => yesOrNo(isSigned(release.variants))),
        of('Quarantined', ({ release }) => yesOrNo(release.quarantined !== null)),
        of('Deprecated', ({ worker }) => yesOrNo(worker.deprecated)),
      ],
    },
    {
      title: 'Activity',
      facts: [
        of('Version', ({ worker }) => worker.version),
        of('Published', ({ release }) => dayText(release.published_at)),
        of('Downloads', ({ statistics }) => wholeNumber(statistics.downloads)),
      ],
    },
  ]
  return groups
    .map(({ title, facts }) => ({
      title,
      facts: facts.filter(({ texts }) => texts.some((text) => text !== null)),
    }))
    .filter(({ facts }) => facts.length > 0)
}

function platformsOf(workers: readonly ComparedWorker[]): Platform[] {
  const artifacts = workers.flatMap(({ release }) => release.variants.flatMap((variant) => variant.artifacts))
  return sortedPlatforms(artifacts.map(({ platform }) => platform))
}

/** In the order in which they are met. */
function variantsOf(workers: readonly ComparedWorker[]): string[] {
  return [...new Set(workers.flatMap(({ release }) => release.variants.map(({ name }) => name)))]
}

function smallestDownload(variants: readonly VariantDocument[], platform: Platform): string | null {
  const builds = variants.flatMap(({ name, artifacts }) =>
    artifacts
      .filter((artifact) => artifact.platform === platform)
      .map(({ archives }) => ({ name, size: Math.min(...archives.map(({ size }) => size)) })),
  )
  const [smallest] = builds.toSorted((one, other) => one.size - other.size)
  return smallest === undefined ? null : `${byteSize(smallest.size)} (${smallest.name})`
}

/** Null for a worker without such a variant. */
function needsOf({ release }: ComparedWorker, variant: string): string | null {
  const found = release.variants.find(({ name }) => name === variant)
  if (found === undefined) return null
  return requirementsText(found.requirements).join(' · ') || 'nothing more'
}

function tokens(length: number | undefined): string | null {
  return length === undefined ? null : `${wholeNumber(length)} tokens`
}

function yesOrNo(value: boolean): string {
  return value ? 'yes' : 'no'
}

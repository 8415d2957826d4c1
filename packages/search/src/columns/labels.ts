import { backendOf, licenseIds, type WorkerDocument } from '@rbee/schema'
import { familyOf } from './license-families.ts'

/** What can be filtered by, as kind and value in one word. Values hold no blanks. */
export type LabelKind =
  | 'platform'
  | 'arch'
  | 'license'
  | 'license-id'
  | 'feature'
  | 'tag'
  | 'price'
  | 'source'
  | 'format'

export function label(kind: LabelKind, value: string): string {
  return `${kind}:${value}`
}

/** The labels of a worker, with blanks between them. */
export function labelsOf(worker: WorkerDocument): string {
  const { capabilities, pricing, distribution } = worker
  const ids = licenseIds(worker.license)
  const labels = [
    ...worker.platforms.flatMap(({ os, arch }) => [label('platform', os), label('arch', arch)]),
    ...ids.map((id) => label('license', familyOf(id))),
    ...ids.map((id) => label('license-id', id.toLowerCase())),
    ...featuresOf(worker).map((feature) => label('feature', feature)),
    ...worker.tags.map((tag) => label('tag', tag)),
    label(
      'price',
      distribution.requires_license || (pricing !== null && pricing.model !== 'free') ? 'paid' : 'free',
    ),
    label('source', worker.source),
    ...capabilities.supported_formats.map((format) => label('format', format)),
  ]
  return [...new Set(labels)].join(' ')
}

/** Variants and their backends, and what the worker is able to do. */
export function featuresOf({ variants, capabilities }: WorkerDocument): string[] {
  const names = variants.flatMap(({ name }) => [name, backendOf(name)])
  if (capabilities.supports_streaming) names.push('streaming')
  if (capabilities.supports_batching) names.push('batching')
  return [...new Set(names)]
}

import {
  backendOf,
  type CatalogEntry,
  hasFinalIds,
  ID_MAX_LENGTH,
  RESERVED_BACKEND_WORDS,
  type SourceKind,
  type VariantName,
  type WorkerId,
  type WorkerManifest,
} from '@rbee/schema'
import type { NameRow } from '../ports/database.ts'

/** The official worker that the bare words `cpu`, `cuda`, `metal`, `rocm` and `vulkan` lead to. */
const BACKEND_WORKER = 'llm-worker'

/** What decides which names a worker has, besides its manifest. */
export interface NamingContext {
  readonly source: SourceKind
  /** Null for a worker that no catalog describes. */
  readonly layout: CatalogEntry['layout'] | null
}

/**
 * The address of a variant. Where ids are final, all variants share the worker's; anywhere else the variant's name
 * is appended.
 */
export function variantIdOf(worker: WorkerId, variant: VariantName, layout: NamingContext['layout']): string {
  return hasFinalIds(layout) ? worker : `${worker}-${variant}`
}

/**
 * Every address of a worker: its id, its variants' ids, for official workers the `-rbee` forms that older documents
 * use, and for the official LLM worker the words of its backends. Forms that are longer than an address may be are left
 * out, except ids of variants, which `checkNames` refuses.
 */
export function namesOf(manifest: WorkerManifest, context: NamingContext): NameRow[] {
  const worker = manifest.id
  const names: NameRow[] = [{ name: worker, worker, kind: 'worker', variant: null }]
  if (!hasFinalIds(context.layout)) {
    for (const variant of manifest.build.features) {
      names.push({ name: variantIdOf(worker, variant, context.layout), worker, kind: 'variant', variant })
    }
  }
  if (context.source === 'official') names.push(...aliasesOf(manifest, context.layout))
  return names
}

function aliasesOf(manifest: WorkerManifest, layout: NamingContext['layout']): NameRow[] {
  const worker = manifest.id
  const aliases: NameRow[] = []
  if (!hasOfficialForm(worker)) {
    aliases.push({ name: `${worker}-rbee`, worker, kind: 'alias', variant: null })
    for (const variant of hasFinalIds(layout) ? [] : manifest.build.features) {
      aliases.push({ name: `${worker}-rbee-${variant}`, worker, kind: 'alias', variant })
    }
  }
  if (worker === BACKEND_WORKER) {
    for (const word of RESERVED_BACKEND_WORDS) {
      const ofBackend = manifest.build.features.filter((variant) => backendOf(variant) === word)
      const variant = ofBackend.find((name) => name === word) ?? ofBackend[0]
      if (variant !== undefined) aliases.push({ name: word, worker, kind: 'alias', variant })
    }
  }
  return aliases.filter(({ name }) => name.length <= ID_MAX_LENGTH)
}

/** Whether a name is the `X-rbee` or `X-rbee-VARIANT` form, which belongs to official workers. */
export function hasOfficialForm(name: string): boolean {
  return name.endsWith('-rbee') || name.includes('-rbee-')
}

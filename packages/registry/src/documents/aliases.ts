import { type AliasDocument, variantNameSchema, type WorkerDocument } from '@rbee/schema'
import { impliedAddress } from '../names/implied-address.ts'
import type { NameRow, WorkerRecord } from '../ports/database.ts'
import type { VisibleRelease } from './visible-releases.ts'

/** An address besides the worker's own id, and where it leads. */
export interface ComposedAlias {
  readonly name: string
  readonly kind: NameRow['kind']
  readonly document: AliasDocument
}

/**
 * Every address that the names of a worker give, sorted. The address of a variant that no version has any more leads
 * nowhere: sending it to another variant would install something else than was asked for. So do the aliases of a worker
 * that is not official any more: they promise that it is.
 */
export function aliasesOf(record: WorkerRecord, releases: readonly VisibleRelease[]): ComposedAlias[] {
  const { id, source } = record.worker
  const variants = new Set<string>(releases.flatMap(({ manifest }) => manifest.build.features))
  return record.names
    .filter(({ name, variant }) => name !== id && (variant === null || variants.has(variant)))
    .filter(({ kind }) => kind !== 'alias' || source === 'official')
    .map(({ name, kind, variant }) => ({
      name,
      kind,
      document: { worker: id, variant: variant === null ? null : variantNameSchema.parse(variant) },
    }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

/**
 * Whether the form of an address leads to the worker's document, and that says the rest; see `impliedAddress`. Not so for
 * variants that only earlier versions have, which the document does not name.
 */
export function isImplied({ name, kind, document }: ComposedAlias, worker: WorkerDocument): boolean {
  const implied = impliedAddress(name)
  if (implied?.worker !== document.worker || implied.variant !== document.variant) return false
  return kind === 'alias' || worker.variants.some(({ id }) => id === name)
}

import { RbeeError } from '@rbee/schema'

/** The tables of the full-text index are damaged, and nothing else: they can be built anew. */
export function indexDamaged(cause: unknown): RbeeError {
  return new RbeeError('index_damaged', 'The index of search is damaged', {
    next: 'Search again in some minutes: the index is built anew',
    cause,
  })
}

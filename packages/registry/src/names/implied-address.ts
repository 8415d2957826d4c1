import { RESERVED_BACKEND_WORDS, type WorkerId, workerIdSchema } from '@rbee/schema'

/** What an address says by its form. Whether the worker has it stands in the worker's own document. */
export interface ImpliedAddress {
  readonly worker: WorkerId
  readonly variant: string | null
}

/** `X-rbee` and `X-rbee-VARIANT`; ids with this form have no such addresses, so that the first `-rbee` ends the id. */
const OFFICIAL_FORM = /^(.+?)-rbee(?:-(.+))?$/
const VARIANT_FORM = new RegExp(`^(.+)-(${RESERVED_BACKEND_WORDS.join('|')})$`)

/**
 * Reads worker and variant out of an address of one of the common forms. Such addresses, which are most, need no document
 * of their own: a catalog of 10,000 workers would have 50,000 of them. Null for every other address.
 */
export function impliedAddress(address: string): ImpliedAddress | null {
  const [, id, variant] = OFFICIAL_FORM.exec(address) ?? VARIANT_FORM.exec(address) ?? []
  const worker = workerIdSchema.safeParse(id)
  return worker.success ? { worker: worker.data, variant: variant ?? null } : null
}

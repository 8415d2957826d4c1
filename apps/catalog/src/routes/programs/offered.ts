import type { StoredDocument } from '@rbee/registry'
import type { Services } from '../../services.ts'

/** The document of the programs that are offered, after the server has seen to its own; null where there are none. */
export async function offeredPrograms({ reader, ensurePrograms }: Services): Promise<StoredDocument | null> {
  await ensurePrograms()
  return reader.document({ kind: 'programs' })
}

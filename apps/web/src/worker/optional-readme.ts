import type { RegistryClient } from '@rbee/api-client'
import { RbeeError, type WorkerDocument } from '@rbee/schema'

/** The Markdown of a worker's author; null where there is none. */
export async function optionalReadme(
  api: RegistryClient,
  { id, readme_url }: Pick<WorkerDocument, 'id' | 'readme_url'>,
): Promise<string | null> {
  if (readme_url === null) return null
  try {
    return await api.getReadme(id)
  } catch (error) {
    // Taken away since the worker's document was read.
    if (error instanceof RbeeError && error.code === 'no_readme') return null
    throw error
  }
}

import type { RegistryClient } from '@rbee/api-client'
import { type ErrorCode, RbeeError, type WorkerDocument } from '@rbee/schema'

/** The README of a worker's author, in Markdown; null where there is none. */
export async function optionalReadme(
  api: RegistryClient,
  { id, readme_url }: Pick<WorkerDocument, 'id' | 'readme_url'>,
): Promise<string | null> {
  return readme_url === null ? null : nullAt('no_readme', api.getReadme(id))
}

/** What a worker's author says changed, in Markdown; null where there is nothing. */
export async function optionalChangelog(
  api: RegistryClient,
  { id, changelog_url }: Pick<WorkerDocument, 'id' | 'changelog_url'>,
): Promise<string | null> {
  return changelog_url === null ? null : nullAt('no_changelog', api.getChangelog(id))
}

/** Taken away since the worker's document was read. */
async function nullAt(code: ErrorCode, text: Promise<string>): Promise<string | null> {
  try {
    return await text
  } catch (error) {
    if (error instanceof RbeeError && error.code === code) return null
    throw error
  }
}

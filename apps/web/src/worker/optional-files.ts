import type { RegistryClient } from '@rbee/api-client'
import { type FileList, RbeeError } from '@rbee/schema'
import type { NamedBuild } from './files-address.ts'

/** What a build unpacks to; null where that was not recorded when its archive was stored. */
export async function optionalFiles(
  api: RegistryClient,
  id: string,
  version: string,
  { platform, variant }: NamedBuild,
): Promise<FileList | null> {
  try {
    return await api.listFiles({ id, version, platform, variant })
  } catch (error) {
    if (error instanceof RbeeError && error.code === 'no_file_list') return null
    throw error
  }
}

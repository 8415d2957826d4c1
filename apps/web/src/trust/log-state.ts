import type { RegistryClient } from '@rbee/api-client'

/** How far the registry's log is. */
export interface LogState {
  readonly origin: string
  /** Entries. */
  readonly size: number
  /** Of the tree over all entries, Base64. */
  readonly root: string
  /** What its head is signed with: NAME+ID+BASE64. */
  readonly key: string
}

const MAX_FILE_BYTES = 10_000

/** Null where the registry shows no log. What is shown here is not verified: that is for who does not trust the server. */
export async function readLogState(api: RegistryClient): Promise<LogState | null> {
  const [checkpoint, key] = await Promise.all([textOf(api, 'checkpoint'), textOf(api, 'key')])
  if (checkpoint === null || key === null) return null
  const [origin = '', size, root = ''] = checkpoint.split('\n')
  return { origin, size: Number(size), root, key: key.trim() }
}

async function textOf(api: RegistryClient, name: string): Promise<string | null> {
  const bytes = await api.logFile(name, MAX_FILE_BYTES)
  return bytes === null ? null : new TextDecoder().decode(bytes)
}

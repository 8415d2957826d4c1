import type { RegistryClient } from '@rbee/api-client'
import { RbeeError, type Revocations } from '@rbee/schema'

/** What may not run anywhere; null on a server that issued no list yet. */
export async function optionalRevocations(api: RegistryClient): Promise<Revocations | null> {
  try {
    return await api.revocations()
  } catch (error) {
    if (error instanceof RbeeError && error.code === 'not_ready') return null
    throw error
  }
}

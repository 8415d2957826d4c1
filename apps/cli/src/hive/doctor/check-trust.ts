import { RbeeError } from '@rbee/schema'
import type { HiveHome } from '../home.ts'
import { isLoopback } from '../source-build/source-address.ts'
import { type DoctorFinding, fine, problem, warning } from './finding.ts'

/** Whether a registry is known here, and until when what it signed is good. Asks nobody and changes nothing. */
export async function checkTrust(home: HiveHome, registry: string, now: number): Promise<DoctorFinding> {
  // Loaded now, as by other commands that need it: it takes longer than most checks.
  const { readKnownRegistry } = await import('../trust/known-registry.ts')
  try {
    const known = await readKnownRegistry(home, registry)
    if (known === null) return unknown(registry)
    const { version, sha256 } = known.root
    const by = `by root ${version}, sha256:${sha256}`
    const expires = await expiryOfKept(home, registry)
    if (expires === null) return fine('trust', `${registry} is trusted ${by}; nothing of it was fetched yet`)
    if (now < Date.parse(expires)) return fine('trust', `${registry} is trusted ${by}; seen up to ${expires}`)
    return warning(
      'trust',
      `${registry} is trusted ${by}; what it signed when it was asked last was good until ${expires}`,
      'the next install, update or info fetches it anew; if that ends with metadata_expired, ask the operator of the registry',
    )
  } catch (error) {
    if (!(error instanceof RbeeError)) throw error
    return problem('trust', error.message, error.next)
  }
}

function unknown(registry: string): DoctorFinding {
  const message = `${registry} is not known here yet; the first install trusts the root that it gives`
  if (isLoopback(new URL(registry))) return fine('trust', message)
  return warning(
    'trust',
    message,
    `get that root from its operator: rbee-hive trust add ${registry} --root FILE`,
  )
}

async function expiryOfKept(home: HiveHome, registry: string): Promise<string | null> {
  const { openTrustedRegistry } = await import('@rbee/trust/client')
  const { folderStore } = await import('../trust/folder-store.ts')
  try {
    const store = folderStore(home.trustFolder(registry))
    // Without a source nothing is compared with the time.
    return (await openTrustedRegistry({ source: null, store, clock: () => 0 })).expires
  } catch (error) {
    if (error instanceof RbeeError && error.code === 'registry_unreachable') return null
    throw error
  }
}

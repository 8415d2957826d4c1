import { open } from 'node:fs/promises'
import { type LicenseVerifier, licenseVerifier, readLease } from '@rbee/licences'
import { LEASE_MAX, type LicenseKey } from '@rbee/schema'
import { clockMemory } from './clock-memory.ts'
import {
  type GuardSources,
  isRefused,
  type LicenseGuard,
  type LicenseState,
  type OpenedGuard,
  timeText,
} from './guard.ts'
import { licenseState, type Reading } from './license-state.ts'

/** What the author pins. */
export interface LicenseGuardOptions {
  /**
   * Public keys of the registries that sell the worker, as `GET /v1/licenses/key` shows them. A lease of any other registry is
   * refused, whoever runs it.
   */
  readonly keys: readonly LicenseKey[]
}

/**
 * Lets a worker serve only where `rbee-hive` handed it the lease of a licence: of this worker, for this machine, signed with one of
 * these keys, and not over. It needs no network. Fails with `registry_invalid` where one of the keys is none.
 */
export function licenseGuard({ keys }: LicenseGuardOptions): LicenseGuard {
  if (keys.length === 0) throw new Error('A guard without a key lets nobody pass.')
  const verifiers = keys.map((key) => licenseVerifier(key))
  return { open: (sources) => openGuard(verifiers, sources) }
}

function openGuard(
  verifiers: readonly LicenseVerifier[],
  { worker, env, clock, log }: GuardSources,
): OpenedGuard {
  const memory = clockMemory(env.RBEE_LICENSE_STATE_FILE || null, log.warn)
  const fingerprint = env.RBEE_LICENSE_FINGERPRINT ?? ''
  const leaseText = leaseFile(env.RBEE_LICENSE_LEASE_FILE || null, log.warn)
  const tell = tellChanges(log)

  async function check(): Promise<LicenseState> {
    const text = await leaseText()
    const now = clock()
    const reading = text === null ? null : await readWith(verifiers, text, fingerprint, now)
    const issued = reading?.claims?.iat ?? 0
    const state = licenseState(reading, worker, now, await memory.highest(issued))
    if (!isRefused(state)) await memory.saw(now, issued)
    tell(state)
    return state
  }

  return { check }
}

/** The lease with the key that signed it; where none did, what the first one says of it. */
async function readWith(
  verifiers: readonly LicenseVerifier[],
  text: string,
  fingerprint: string,
  now: number,
): Promise<Reading> {
  let reading: Reading = null
  for (const verifier of verifiers) {
    reading = await readLease(text, verifier, fingerprint, now)
    if (reading.fault !== 'signature') return reading
  }
  return reading
}

/** Reads the lease again and again; null where there is none. A disk that fails for a while does not take it away. */
function leaseFile(file: string | null, warn: (message: string) => void): () => Promise<string | null> {
  let last: string | null = null
  let warned = false
  return async () => {
    if (file === null) return null
    try {
      last = await beginningOf(file)
      warned = false
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'ENOENT') last = null
      else if (!warned) warn(`the lease ${file} cannot be read: ${code}`)
      warned = code !== 'ENOENT'
    }
    return last
  }
}

/** One character more than a lease has at most, so that a longer text is seen to be none. */
async function beginningOf(file: string): Promise<string> {
  const handle = await open(file)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(LEASE_MAX + 1))
    return buffer.toString('latin1', 0, bytesRead).trim()
  } finally {
    await handle.close()
  }
}

/** Says once what has become of a licence, and not at every look. Of a program that may not even start, its end tells. */
function tellChanges({ info, warn }: GuardSources['log']): (state: LicenseState) => void {
  let told: string | null = null
  return (state) => {
    const key = state.name === 'refused' ? state.reason : state.name
    if (key === told) return
    if (isRefused(state)) {
      if (told !== null) warn(`${state.message}; ${state.next}`)
    } else if (state.name === 'grace')
      warn(
        `the lease of the licence is over and none was fetched; the worker serves until ${timeText(state.until)}: let this machine reach the registry`,
      )
    else if (told !== null) info(`the licence is good until ${timeText(state.until)}`)
    told = key
  }
}

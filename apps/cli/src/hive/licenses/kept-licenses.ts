import { statedClaims } from '@rbee/licences'
import { LICENSE_TOKEN_MAX, RbeeError } from '@rbee/schema'
import { z } from 'zod'
import { readJson, writeJsonAtomically } from '../atomic-json.ts'
import type { HiveHome } from '../home.ts'
import { withLock } from '../lock.ts'

/** For their owner alone: who has the token of a licence can use it. */
const MODE = 0o600

const keptLicensesSchema = z.object({
  licenses: z.array(z.object({ registry: z.string(), token: z.string().max(LICENSE_TOKEN_MAX) })).max(1000),
})

/** A licence that was added here, and what it says of itself. Times are RFC 3339. */
export interface KeptLicense {
  readonly registry: string
  readonly id: string
  readonly customer: string
  readonly workers: readonly string[]
  readonly entitlements: readonly string[]
  readonly seats: number | null
  readonly issued_at: string
  /** By its token: it may have been extended, and revoked, since. */
  readonly expires_at: string | null
}

interface Kept {
  readonly license: KeptLicense
  readonly token: string
}

/** In the order in which they were added. Fails with `state_damaged`. */
export async function readKeptLicenses(home: HiveHome): Promise<Kept[]> {
  const cure = 'delete that file, and add the licences again'
  const kept = await readJson(home.licenses, keptLicensesSchema, cure)
  return (kept?.licenses ?? []).flatMap(({ registry, token }) => {
    const license = describeLicense(registry, token)
    return license === null ? [] : [{ license, token }]
  })
}

/** Keeps a licence, in place of one with the same id. Fails with `license_refused` for what is none. */
export async function keepLicense(home: HiveHome, registry: string, token: string): Promise<KeptLicense> {
  const license = describeLicense(registry, token)
  if (license === null) throw noLicense('what was given')
  await change(home, (kept) => [...kept.filter((one) => !isSame(one.license, license)), { license, token }])
  return license
}

/** Removes the licences with this id. @returns what was removed. */
export async function forgetLicense(home: HiveHome, id: string): Promise<KeptLicense[]> {
  const removed: KeptLicense[] = []
  await change(home, (kept) => {
    removed.push(...kept.filter(({ license }) => license.id === id).map(({ license }) => license))
    return kept.filter(({ license }) => license.id !== id)
  })
  return removed
}

/** What a token says of itself; null for what is no licence. */
function describeLicense(registry: string, token: string): KeptLicense | null {
  const claims = statedClaims(token)
  if (claims === null) return null
  const { jti: id, sub: customer, workers, entitlements, seats, iat, exp } = claims
  return {
    ...{ registry, id, customer, workers, entitlements, seats },
    issued_at: timeText(iat),
    expires_at: exp === undefined ? null : timeText(exp),
  }
}

/** The text is not repeated: it is, or was to be, a secret. */
export function noLicense(what: string): RbeeError {
  return new RbeeError('license_refused', `${what} is no licence`, {
    next: 'give the whole text that begins with "rbee_lic_"',
    details: { reason: 'malformed' },
  })
}

function change(home: HiveHome, edit: (kept: readonly Kept[]) => Kept[]): Promise<void> {
  return withLock(home, { lockFile: home.licenses }, async () => {
    const licenses = edit(await readKeptLicenses(home)).map(({ license, token }) => ({
      registry: license.registry,
      token,
    }))
    await writeJsonAtomically(home.licenses, { licenses }, MODE)
  })
}

function isSame(a: KeptLicense, b: KeptLicense): boolean {
  return a.registry === b.registry && a.id === b.id
}

function timeText(seconds: number): string {
  return new Date(seconds * 1000).toISOString()
}

import { Buffer } from 'node:buffer'
import type { LicenseSigner } from '@rbee/licences'
import {
  type License,
  type LicenseAnswer,
  type LicenseExtension,
  type LicenseInput,
  type LicenseList,
  RbeeError,
} from '@rbee/schema'
import type { LicenseChange, LicenseRow } from '../ports/licenses.ts'
import type { Caller } from '../registry.ts'
import { assertOperator } from '../tokens/scopes.ts'
import { knownLicense } from './known-license.ts'
import type { LicensePorts } from './license-ports.ts'
import { licenseView } from './license-view.ts'

const ID_BYTES = 12

/**
 * Issues a licence. The text of its token is in the answer and nowhere else: who holds it is known by its signature. Operators
 * only. Fails with `license_unavailable`, or `worker_not_found` for a worker that is not there.
 */
export async function issueLicense(
  ports: LicensePorts,
  caller: Caller,
  input: LicenseInput,
): Promise<LicenseAnswer> {
  assertOperator(caller)
  const signer = requireSigner(ports)
  const workers = [...new Set(input.workers)]
  const known = await ports.database.getWorkers(workers)
  const missing = workers.find((worker) => !known.has(worker))
  if (missing !== undefined) {
    throw new RbeeError('worker_not_found', `There is no worker "${missing}"`, {
      next: 'publish it first, or check its id',
    })
  }
  const now = wholeSecond(ports.clock())
  const license: LicenseRow = {
    id: Buffer.from(ports.randomBytes(ID_BYTES)).toString('hex'),
    customer: input.customer,
    workers,
    entitlements: [...new Set(input.entitlements)],
    seats: input.seats ?? null,
    floating: input.floating,
    trial: input.trial,
    issuedAt: now,
    expiresAt: input.expires_in_seconds === undefined ? null : now + input.expires_in_seconds * 1000,
    revokedAt: null,
    revokeReason: null,
    revision: 0,
  }
  await ports.database.insertLicense(license)
  await knownLicense(ports, license.id)
  return answerOf(signer, license, now)
}

/**
 * Lets a licence last so long from now on, and gives it a new token; the old one is taken as well until it ends by itself where
 * nobody asks the registry. Operators only. Fails with `license_not_found`, or `license_refused` for one that was revoked.
 */
export async function extendLicense(
  ports: LicensePorts,
  caller: Caller,
  id: string,
  { expires_in_seconds }: LicenseExtension,
): Promise<LicenseAnswer> {
  assertOperator(caller)
  const signer = requireSigner(ports)
  const now = wholeSecond(ports.clock())
  const expiresAt = now + expires_in_seconds * 1000
  const license = await change(ports, id, { kind: 'extend', expiresAt })
  if (license === null) throw licenseNotFound(id)
  if (license.revokedAt !== null) {
    throw new RbeeError('license_refused', `The licence ${id} was revoked, and stays so`, {
      next: 'issue another one with: rbee-catalog license issue',
      details: { reason: 'revoked' },
    })
  }
  return answerOf(signer, license, now)
}

/** Ends a licence at once, for good; the first reason stays. Operators only. Fails with `license_not_found`. */
export async function revokeLicense(
  ports: LicensePorts,
  caller: Caller,
  id: string,
  reason: string,
): Promise<License> {
  assertOperator(caller)
  const at = ports.clock()
  const license = await change(ports, id, { kind: 'revoke', at, reason })
  if (license === null) throw licenseNotFound(id)
  return licenseView(license, at)
}

/** Changes the row, which may have to be put back first, and then what is kept of it. */
async function change(ports: LicensePorts, id: string, what: LicenseChange): Promise<LicenseRow | null> {
  await knownLicense(ports, id)
  const changed = await ports.database.changeLicense(id, what)
  return changed && knownLicense(ports, id)
}

/** Those that were issued last first. Operators only. Fails with `invalid_cursor`. */
export async function listLicenses(
  ports: LicensePorts,
  caller: Caller,
  limit: number,
  cursor: string | null,
): Promise<LicenseList> {
  assertOperator(caller)
  const { licenses, total, next } = await ports.database.listLicenses(limit, placeOf(cursor))
  const now = ports.clock()
  return {
    licenses: licenses.map((license) => licenseView(license, now)),
    total,
    next_cursor: next === null ? null : String(next),
  }
}

function placeOf(cursor: string | null): number | undefined {
  if (cursor === null) return undefined
  if (/^[1-9]\d{0,14}$/.test(cursor)) return Number(cursor)
  throw new RbeeError('invalid_cursor', 'The cursor is not one of this list', {
    next: 'start again without a cursor',
  })
}

async function answerOf(signer: LicenseSigner, license: LicenseRow, now: number): Promise<LicenseAnswer> {
  const { id, customer, workers, entitlements, seats, floating, expiresAt } = license
  const token = await signer.issue({
    ...{ jti: id, sub: customer, workers: [...workers], entitlements: [...entitlements], seats },
    ...(floating && { kind: 'floating' as const }),
    iat: now / 1000,
    ...(expiresAt !== null && { exp: expiresAt / 1000 }),
  })
  return { token, license: licenseView(license, now) }
}

/** Tokens count in seconds (RFC 7519, 2): so do rows, that both end together. */
function wholeSecond(milliseconds: number): number {
  return Math.floor(milliseconds / 1000) * 1000
}

/** Fails with `license_unavailable`. */
export function requireSigner({ licenses }: LicensePorts): LicenseSigner {
  if (licenses !== undefined) return licenses
  throw new RbeeError('license_unavailable', 'This server has no key that licences are signed with', {
    next: 'set RBEE_LICENSE_SIGNING_KEY to one made with: rbee-catalog license key',
  })
}

/** For an id that none has. */
export function licenseNotFound(id: string): RbeeError {
  return new RbeeError('license_not_found', `There is no licence "${id}"`, {
    next: 'see them all with: rbee-catalog license list',
  })
}

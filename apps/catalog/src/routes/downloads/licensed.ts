import { LICENSE_FAULTS, type LicensedArchive, readLicensedArchive } from '@rbee/registry'
import { LICENSE_PREFIX, type Pricing, RbeeError, type Sha256, type WorkerId } from '@rbee/schema'
import type { Context } from 'hono'
import { bearerToken } from '../../http/bearer.ts'
import type { Services } from '../../services.ts'

/** Of an answer with bytes that are sold: nobody but who asked may keep it. */
export const LICENSED_CACHE_CONTROL = 'private, no-store'

/** What is sold, as far as a refusal tells of it. */
export interface SoldWorker {
  readonly worker: WorkerId
  readonly version: string
  readonly pricing: Pricing | null
}

/** Null for an archive that everybody is handed. */
export async function licensedArchive(
  { reader }: Pick<Services, 'reader'>,
  sha256: Sha256,
): Promise<LicensedArchive | null> {
  const stored = await reader.document({ kind: 'licensed-archive', sha256 })
  return stored && readLicensedArchive(stored.body)
}

/**
 * Checks that the request carries a licence of the worker, or a token that may publish it, in its header and nowhere else. Fails with `license_required` or
 * `license_refused`, which say where to buy one.
 */
export async function assertLicensed(
  context: Context,
  { registry }: Pick<Services, 'registry'>,
  sold: SoldWorker,
): Promise<void> {
  const token = bearerToken(context.req.header('authorization'))
  if (!token?.startsWith(LICENSE_PREFIX)) {
    // Who publishes a worker makes its patches, of archives that are somewhere else by then.
    if (token && (await registry.mayPublish(token, sold.worker))) return
    throw licenseRequired(sold)
  }
  const { valid, worker_ids, reason } = await registry.verifyLicense(token)
  if (!valid) throw licenseRefused(sold, reason ?? 'signature')
  if (!worker_ids.includes(sold.worker)) throw licenseRefused(sold, 'other_worker')
}

function licenseRequired(sold: SoldWorker): RbeeError {
  return new RbeeError('license_required', `${sold.worker} ${sold.version} is for who has a licence`, {
    next: `send it as "Authorization: Bearer ${LICENSE_PREFIX}…"${whereToBuy(sold)}`,
    details: detailsOf(sold),
  })
}

const WHY = { ...LICENSE_FAULTS, other_worker: 'is for other workers' } as const

function licenseRefused(sold: SoldWorker, reason: keyof typeof WHY): RbeeError {
  return new RbeeError('license_refused', `The licence ${WHY[reason]}: ${sold.worker} is not handed out`, {
    next: `use another licence${whereToBuy(sold)}`,
    details: { reason, ...detailsOf(sold) },
  })
}

function detailsOf({ worker, version, pricing }: SoldWorker) {
  return { worker, version, purchase_url: pricing?.purchase_url ?? null, pricing }
}

function whereToBuy({ pricing }: SoldWorker): string {
  return pricing?.purchase_url === undefined ? '' : `; get one at ${pricing.purchase_url}`
}

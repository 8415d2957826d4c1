import { createHash } from 'node:crypto'
import { rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { licenseSignerOf, newLicenseKey } from '@rbee/licences'
import { type LicenseKey, workerIdSchema } from '@rbee/schema'
import type { LicenseGuard } from '../license/guard.ts'
import { licenseGuard } from '../license/license-guard.ts'
import { TEST_TIME } from './running-worker.ts'

/** A lease to be written; what is left out is in order. Times are in milliseconds since 1970. */
export interface FakeLease {
  /** When it was issued; by default `TEST_TIME`, at which programs of tests live. */
  readonly at?: number
  /** How long it lasts, in seconds; by default a day. */
  readonly seconds?: number
  /** How long its worker may go on behind that, in seconds; by default a day. */
  readonly graceSeconds?: number
  /** For which workers; by default for the one that is tested. */
  readonly workers?: readonly string[]
  readonly entitlements?: readonly string[]
  /** For which machine, as 64 hexadecimal digits; by default for this one. */
  readonly fingerprint?: string
}

/** A registry's key and the machine's lease of a licence, as far as a worker sees of them. */
export interface FakeLicense {
  /** The guard that believes this licence: `{ ...worker, license: fake.guard }` is the worker to test. */
  readonly guard: LicenseGuard
  readonly key: LicenseKey
  /** What `rbee-hive` sets for a worker that is sold. */
  readonly env: Readonly<Record<string, string>>
  /** Hands the worker a lease, in place of the one before, as `rbee-hive` does while the worker runs. */
  lease(lease?: FakeLease): Promise<void>
  /** Takes the lease away. */
  remove(): Promise<void>
}

/**
 * Makes leases in a folder of the test's own, so that an author can try the worker that is sold in every state:
 *
 *     const fake = fakeLicense({ worker: 'paid-worker', folder })
 *     await fake.lease({ seconds: 60, graceSeconds: 60 })
 *     const running = await startWorker({ ...paidWorker, license: fake.guard }, { env: fake.env, clock: () => now })
 */
export function fakeLicense({
  worker,
  folder,
}: {
  readonly worker: string
  readonly folder: string
}): FakeLicense {
  // No secret: whoever reads this can sign leases that no real guard takes.
  const signer = licenseSignerOf(newLicenseKey(new Uint8Array(32).fill(1)), 'the test')
  const thisMachine = createHash('sha256').update('a machine of a test').digest('hex')
  const file = path.join(folder, 'lease')
  return {
    guard: licenseGuard({ keys: [signer.verifier.publicKey] }),
    key: signer.verifier.publicKey,
    env: {
      RBEE_LICENSE_LEASE_FILE: file,
      RBEE_LICENSE_FINGERPRINT: thisMachine,
      RBEE_LICENSE_STATE_FILE: path.join(folder, 'lease-state.json'),
    },
    async lease(lease = {}) {
      const { at = TEST_TIME, seconds = 86_400, graceSeconds = 86_400, workers = [worker] } = lease
      const issued = Math.floor(at / 1000)
      const text = await signer.lease({
        ...{ jti: '0'.repeat(24), kind: 'machine', grace: graceSeconds },
        ...{ fingerprint: lease.fingerprint ?? thisMachine, entitlements: [...(lease.entitlements ?? [])] },
        workers: workers.map((id) => workerIdSchema.parse(id)),
        ...{ iat: issued, exp: issued + seconds },
      })
      await writeFile(`${file}.new`, `${text}\n`)
      await rename(`${file}.new`, file)
    },
    remove: () => rm(file),
  }
}

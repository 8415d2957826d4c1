import { Buffer } from 'node:buffer'
import { workerIdSchema } from '@rbee/schema'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LeaseClaims } from './claims.ts'
import { licenseSignerOf, newLicenseKey } from './keys.ts'
import { graceEnd, LEASE_TIMES, leaseEnds, readLease } from './leases.ts'

const NOW = Date.UTC(2026, 10, 22)
const MACHINE = 'a'.repeat(64)
const signer = licenseSignerOf(newLicenseKey(new Uint8Array(32).fill(7)), 'the test')
const { verifier } = signer

const CLAIMS: LeaseClaims = {
  jti: '0123456789abcdef01234567',
  fingerprint: MACHINE,
  workers: [workerIdSchema.parse('paid-worker')],
  entitlements: ['support'],
  kind: 'machine',
  iat: NOW / 1000,
  exp: NOW / 1000 + 3600,
  grace: 7200,
}

describe('the lease of a seat', () => {
  it('says what was signed, to the machine that it is for', async () => {
    const lease = await signer.lease(CLAIMS)
    expect(lease).toMatch(/^rbee_seat_[\w-]+\.[\w-]+\.[\w-]{86}$/)
    expect(await readLease(lease, verifier, MACHINE, NOW)).toEqual({ fault: null, claims: CLAIMS })
    const elsewhere = await readLease(lease, verifier, 'b'.repeat(64), NOW)
    expect(elsewhere).toEqual({ fault: 'other_machine', claims: CLAIMS })
  })

  it('ends on the second that it says, and its grace on another one', async () => {
    const lease = await signer.lease(CLAIMS)
    const faultAt = async (time: number) => (await readLease(lease, verifier, MACHINE, time)).fault
    expect(await faultAt(NOW + 3_599_999)).toBeNull()
    expect(await faultAt(NOW + 3_600_000)).toBe('expired')
    expect(await faultAt(NOW - 5 * 60_000)).toBeNull()
    expect(await faultAt(NOW - 6 * 60_000)).toBe('early')
    expect(graceEnd(CLAIMS)).toBe(NOW + 10_800_000)
  })

  it('is refused with any of its letters changed, cut or extended', async () => {
    const lease = await signer.lease(CLAIMS)
    for (let place = 0; place < lease.length; place += 1) {
      const bytes = Buffer.from(lease, 'latin1')
      bytes[place] = (bytes[place] ?? 0) ^ 1
      const { fault } = await readLease(bytes.toString('latin1'), verifier, MACHINE, NOW)
      expect(fault, `byte ${place}`).toMatch(/^(malformed|signature)$/)
    }
    for (const other of ['', lease.slice(1), lease.slice(0, -1), `${lease}A`, `${lease}.e30`])
      expect((await readLease(other, verifier, MACHINE, NOW)).claims).toBeNull()
  })

  it('is neither a licence nor signed by another key', async () => {
    const lease = await signer.lease(CLAIMS)
    const { fingerprint: _, grace: __, kind: ___, exp: ____, ...rest } = CLAIMS
    const licence = await signer.issue({ ...rest, sub: 'ACME', seats: null })
    const disguised = licence.replace('rbee_lic_', 'rbee_seat_')
    expect((await readLease(licence, verifier, MACHINE, NOW)).fault).toBe('malformed')
    expect((await readLease(disguised, verifier, MACHINE, NOW)).fault).toBe('signature')
    const other = licenseSignerOf(newLicenseKey(new Uint8Array(32).fill(8)), 'the test')
    expect((await readLease(lease, other.verifier, MACHINE, NOW)).fault).toBe('signature')
  })

  it('of hostile text is malformed, and nothing is thrown', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 100 }), async (text) => {
        for (const lease of [text, `rbee_seat_${text}`, `rbee_seat_e30.${text}.e30`])
          expect((await readLease(lease, verifier, MACHINE, NOW)).claims).toBeNull()
      }),
    )
    const long = `rbee_seat_${'A'.repeat(100_000)}`
    expect((await readLease(long, verifier, MACHINE, NOW)).fault).toBe('malformed')
  })

  it('ends with its licence at the latest, and so does its grace', () => {
    const { lease, grace } = LEASE_TIMES.floating
    expect(leaseEnds(LEASE_TIMES.floating, 1000, null)).toEqual({ exp: 1000 + lease, grace })
    expect(leaseEnds(LEASE_TIMES.floating, 1000, 1060)).toEqual({ exp: 1060, grace: 0 })
    expect(leaseEnds(LEASE_TIMES.floating, 1000, 1000 + lease + 7)).toEqual({ exp: 1000 + lease, grace: 7 })
    expect(leaseEnds(LEASE_TIMES.machine, 1000, null)).toEqual({ exp: 1000 + 86_400, grace: 14 * 86_400 })
  })
})

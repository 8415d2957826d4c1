import { Buffer } from 'node:buffer'
import { sha256Schema, workerIdSchema } from '@rbee/schema'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LicenseClaims } from './claims.ts'
import { licenseSignerOf, licenseVerifier, newLicenseKey } from './keys.ts'
import { readLicense, statedClaims } from './license-token.ts'

const HOUR_MS = 3_600_000
const NOW = Date.UTC(2026, 10, 22)
const signer = licenseSignerOf(newLicenseKey(new Uint8Array(32).fill(7)), 'the test')
const { verifier } = signer

const CLAIMS: LicenseClaims = {
  jti: '0123456789abcdef01234567',
  sub: 'Ünlü GmbH',
  workers: [workerIdSchema.parse('paid-worker')],
  entitlements: ['support'],
  seats: 3,
  iat: NOW / 1000,
  exp: (NOW + HOUR_MS) / 1000,
}

describe('the token of a licence', () => {
  it('says what was signed, to who has the public key alone', async () => {
    const token = await signer.issue(CLAIMS)
    expect(token).toMatch(/^rbee_lic_[\w-]+\.[\w-]+\.[\w-]{86}$/)
    const shown = licenseVerifier(JSON.parse(JSON.stringify(verifier.publicKey)))
    expect(await readLicense(token, shown, NOW)).toEqual({ fault: null, claims: CLAIMS })
    expect(statedClaims(token)).toEqual(CLAIMS)
  })

  it('is refused with any of its bits flipped', async () => {
    const token = await signer.issue(CLAIMS)
    for (let place = 0; place < token.length; place += 1) {
      for (const bit of [1, 2, 4, 8, 16, 32, 64]) {
        const bytes = Buffer.from(token, 'latin1')
        bytes[place] = (bytes[place] ?? 0) ^ bit
        const { fault } = await readLicense(bytes.toString('latin1'), verifier, NOW)
        expect(fault, `bit ${bit} of byte ${place}`).toMatch(/^(malformed|signature)$/)
      }
    }
  })

  it('is refused cut, extended and changed in any way', async () => {
    const token = await signer.issue(CLAIMS)
    await fc.assert(
      fc.asyncProperty(
        fc.nat(token.length),
        fc.nat(20),
        fc.string({ maxLength: 20 }),
        async (place, removed, added) => {
          const changed = token.slice(0, place) + added + token.slice(place + removed)
          fc.pre(changed !== token)
          expect((await readLicense(changed, verifier, NOW)).claims).toBeNull()
        },
      ),
    )
  })

  it('is refused where another key signed it', async () => {
    const other = licenseSignerOf(newLicenseKey(new Uint8Array(32).fill(8)), 'the test')
    const token = await other.issue(CLAIMS)
    expect(await readLicense(token, verifier, NOW)).toEqual({ fault: 'signature', claims: null })
  })

  it.each([
    ['none', { alg: 'none', typ: 'rbee-license+jwt' }],
    ['a secret that both know', { alg: 'HS256', typ: 'rbee-license+jwt' }],
    ['another kind of token', { alg: 'EdDSA', typ: 'JWT' }],
  ])('is refused with a header that says %s', async (_, header) => {
    const [, payload, signature] = (await signer.issue(CLAIMS)).split('.')
    const encoded = Buffer.from(JSON.stringify(header)).toString('base64url')
    const token = `rbee_lic_${encoded}.${payload}.${signature}`
    expect((await readLicense(token, verifier, NOW)).fault).toBe('signature')
  })

  it('ends on the second that it says, and begins when it was issued', async () => {
    const token = await signer.issue(CLAIMS)
    const faultAt = async (time: number) => (await readLicense(token, verifier, time)).fault
    expect(await faultAt(NOW + HOUR_MS - 1)).toBeNull()
    expect(await faultAt(NOW + HOUR_MS)).toBe('expired')
    expect(await faultAt(NOW - 5 * 60_000)).toBeNull()
    expect(await faultAt(NOW - 6 * 60_000)).toBe('early')
    const { exp: _, ...endless } = CLAIMS
    const open = await signer.issue(endless)
    expect((await readLicense(open, verifier, NOW + 10_000 * HOUR_MS)).fault).toBeNull()
  })

  it('of hostile text is malformed, and nothing is thrown', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 300 }), async (text) => {
        for (const token of [text, `rbee_lic_${text}`, `rbee_lic_e30.${text}.e30`])
          expect((await readLicense(token, verifier, NOW)).claims).toBeNull()
      }),
    )
    const long = `rbee_lic_${'A'.repeat(100_000)}`
    expect((await readLicense(long, verifier, NOW)).fault).toBe('malformed')
  })
})

describe('the key of licences', () => {
  it.each(['', 'license-ed25519:', 'license-ed25519:AAAA', 'ed25519:'.padEnd(51, 'A'), 'secret'])(
    'is not read out of %j, which no message repeats',
    (text) => {
      expect(() => licenseSignerOf(text, 'RBEE_LICENSE_SIGNING_KEY')).toThrow(
        'RBEE_LICENSE_SIGNING_KEY holds no secret key of licences',
      )
    },
  )

  it('is shown with the id that belongs to it, or not believed', () => {
    const shown = { ...verifier.publicKey, key_id: '0'.repeat(64) }
    expect(() => licenseVerifier(shown)).toThrow('is no key')
    expect(() => licenseVerifier('key')).toThrow('is no key')
  })
})

describe('a signed address', () => {
  const archive = sha256Schema.parse('a'.repeat(64))
  const { links } = signer

  it('opens one archive for an hour', () => {
    const query = links.sign(archive, NOW)
    expect(links.isSigned(archive, query, NOW)).toBe(true)
    expect(links.isSigned(archive, query, NOW + HOUR_MS - 1)).toBe(true)
    expect(links.isSigned(archive, query, NOW + HOUR_MS)).toBe(false)
    // One that was signed by a clock that is ahead would open longer than any may.
    expect(links.isSigned(archive, query, NOW - 1000)).toBe(false)
    expect(links.isSigned(sha256Schema.parse('b'.repeat(64)), query, NOW)).toBe(false)
  })

  it('opens nothing where any of it was changed', () => {
    const { expires, signature } = links.sign(archive, NOW)
    fc.assert(
      fc.property(fc.nat(42), fc.constantFrom(...'ABCxyz019-_'), (place, letter) => {
        const changed = signature.slice(0, place) + letter + signature.slice(place + 1)
        fc.pre(changed !== signature)
        expect(links.isSigned(archive, { expires, signature: changed }, NOW)).toBe(false)
      }),
    )
    for (const other of [expires - 1, expires + 1, Number.NaN, -1])
      expect(links.isSigned(archive, { expires: other, signature }, NOW)).toBe(false)
  })
})

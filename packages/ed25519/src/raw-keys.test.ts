import { Buffer } from 'node:buffer'
import { sign, verify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { publicBytesOf, publicKeyOf, secretKeyOf } from './raw-keys.ts'

// RFC 8032, section 7.1, the test with a message of one byte.
const SEED = Buffer.from('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb', 'hex')
const PUBLIC = '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c'
const MESSAGE = Buffer.from('72', 'hex')
const SIGNATURE =
  '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00'

describe('raw Ed25519 keys', () => {
  it('are those of the standard', () => {
    const secret = secretKeyOf(SEED)
    expect(Buffer.from(publicBytesOf(secret)).toString('hex')).toBe(PUBLIC)
    expect(sign(null, MESSAGE, secret).toString('hex')).toBe(SIGNATURE)
    const key = publicKeyOf(Buffer.from(PUBLIC, 'hex'))
    expect(verify(null, MESSAGE, key, Buffer.from(SIGNATURE, 'hex'))).toBe(true)
    expect(verify(null, Buffer.from('73', 'hex'), key, Buffer.from(SIGNATURE, 'hex'))).toBe(false)
  })

  it.each([0, 31, 33])('are refused with %i bytes', (length) => {
    expect(() => secretKeyOf(new Uint8Array(length))).toThrow(RangeError)
    expect(() => publicKeyOf(new Uint8Array(length))).toThrow(RangeError)
  })
})

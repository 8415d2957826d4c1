import { Buffer } from 'node:buffer'
import { generateKeyPairSync } from 'node:crypto'
import { Point } from '@noble/ed25519'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  assertPublisherKey,
  isPublisherSignature,
  newPublisherKey,
  publisherKeyOf,
  publisherSignerOf,
} from './publisher-key.ts'
import { aSigner, refusal } from './samples.ts'

describe('a publisher key', () => {
  it('is the one of RFC 8032, section 7.1, test 1', () => {
    const seed = Buffer.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'hex')
    const signer = publisherSignerOf(
      newPublisherKey(() => seed),
      'the key',
    )
    expect(Buffer.from(signer.key.public_key, 'base64').toString('hex')).toBe(
      'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    )
    expect(Buffer.from(signer.sign(new Uint8Array())).toString('hex')).toMatch(
      /^e5564300c360ac729086e2cc806e828a/,
    )
  })

  it('signs what it verifies, and nothing else', () => {
    const { key, sign } = aSigner(1)
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), (bytes, others) => {
        fc.pre(Buffer.compare(bytes, others) !== 0)
        const signature = sign(bytes)
        return isPublisherSignature(key, bytes, signature) && !isPublisherSignature(key, others, signature)
      }),
    )
  })

  it.each([
    ['no PEM', 'ed25519:abc'],
    [
      'a key of another kind',
      generateKeyPairSync('x25519').privateKey.export({ format: 'pem', type: 'pkcs8' }),
    ],
    ['a public key', generateKeyPairSync('ed25519').publicKey.export({ format: 'pem', type: 'spki' })],
    ['nothing', ''],
  ])('is not read from %s', (_what, text) => {
    expect(refusal(() => publisherSignerOf(String(text), 'RBEE_PUBLISH_KEY'))).toBe('publisher_key_invalid')
  })

  it('does not stand in the failure to read it', () => {
    const secret = newPublisherKey(() => Buffer.alloc(32, 9)).replace('PRIVATE', 'PUBLIC')
    try {
      publisherSignerOf(secret, 'RBEE_PUBLISH_KEY')
      expect.fail('it was read')
    } catch (error) {
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('CQkJCQ')
    }
  })
})

describe('assertPublisherKey', () => {
  const codeOf = (bytes: Uint8Array) => refusal(() => assertPublisherKey(publisherKeyOf(bytes)))

  it('takes proper keys', () => {
    for (let number = 1; number < 20; number += 1) assertPublisherKey(aSigner(number).key)
  })

  // The eight points of small order, and other spellings of them: https://eprint.iacr.org/2020/1244, table 5.
  it.each([
    '0100000000000000000000000000000000000000000000000000000000000000',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    '0000000000000000000000000000000000000000000000000000000000000000',
    '0000000000000000000000000000000000000000000000000000000000000080',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
    '0100000000000000000000000000000000000000000000000000000000000080',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
    'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
    'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  ])('refuses the point of small order %s', (hex) => {
    expect(codeOf(Buffer.from(hex, 'hex'))).toBe('publisher_key_invalid')
  })

  it('refuses a point of mixed order', () => {
    const small = Point.fromHex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05')
    const proper = Point.fromBytes(Buffer.from(aSigner(3).key.public_key, 'base64'))
    expect(codeOf(proper.add(small).toBytes())).toBe('publisher_key_invalid')
  })

  it('refuses bytes that are no point', () => {
    expect(codeOf(Buffer.alloc(32, 0xff))).toBe('publisher_key_invalid')
    expect(codeOf(Buffer.alloc(31, 1))).toBe('publisher_key_invalid')
  })

  it('refuses an id that is not the key’s, and base64 that is not exact', () => {
    const { key } = aSigner(1)
    const refused = [
      { ...key, key_id: aSigner(2).key.key_id },
      { ...key, public_key: `${key.public_key.slice(0, 42)}${key.public_key[42] === 'A' ? 'B' : 'A'}=` },
      { ...key, public_key: key.public_key.slice(0, -1) },
    ]
    for (const one of refused) {
      expect(refusal(() => assertPublisherKey(one))).toBe('publisher_key_invalid')
    }
  })
})

import { Buffer } from 'node:buffer'
import { createPublicKey, verify } from 'node:crypto'
import type { Envelope } from '@rbee/schema'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ENVELOPE_MAX_BYTES,
  envelopeBytes,
  openEnvelope,
  parseEnvelope,
  preAuthEncoding,
  signEnvelope,
} from './dsse.ts'
import { aSigner, refusal } from './samples.ts'

const alice = aSigner(1)
const bob = aSigner(2)
const payload = Buffer.from('{"hello":"world"}')
const envelope = signEnvelope('application/x', payload, [alice])

describe('the specification of DSSE', () => {
  // https://github.com/secure-systems-lab/dsse/blob/v1.0.0/protocol.md, "Test Vectors"
  const TYPE = 'http://example.com/HelloWorld'
  const BODY = Buffer.from('aGVsbG8gd29ybGQ=', 'base64')

  it('gives the bytes that are signed', () => {
    expect(Buffer.from(preAuthEncoding(TYPE, BODY)).toString()).toBe(
      'DSSEv1 29 http://example.com/HelloWorld 11 hello world',
    )
  })

  it('signs those bytes', () => {
    const coordinate = (decimal: string) =>
      Buffer.from(BigInt(decimal).toString(16).padStart(64, '0'), 'hex').toString('base64url')
    const key = createPublicKey({
      format: 'jwk',
      key: {
        kty: 'EC',
        crv: 'P-256',
        x: coordinate('46950820868899156662930047687818585632848591499744589407958293238635476079160'),
        y: coordinate('5640078356564379163099075877009565129882514886557779369047442380624545832820'),
      },
    })
    const signature = Buffer.from(
      'A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA==',
      'base64',
    )
    const signed = preAuthEncoding(TYPE, BODY)
    expect(verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, signature)).toBe(true)
  })

  it('counts bytes, not characters', () => {
    expect(Buffer.from(preAuthEncoding('é', Buffer.alloc(0))).toString()).toBe('DSSEv1 2 é 0 ')
  })

  it('keeps type and payload apart', () => {
    fc.assert(
      fc.property(fc.string(), fc.uint8Array(), fc.string(), fc.uint8Array(), (typeA, a, typeB, b) => {
        fc.pre(typeA !== typeB || Buffer.compare(a, b) !== 0)
        return Buffer.compare(preAuthEncoding(typeA, a), preAuthEncoding(typeB, b)) !== 0
      }),
    )
  })
})

describe('openEnvelope', () => {
  it('gives what was signed, and by whom', () => {
    const both = signEnvelope('application/x', payload, [alice, bob])
    const opened = openEnvelope(both, [alice.key, bob.key])
    expect(Buffer.from(opened.payload)).toEqual(payload)
    expect(opened.keyIds).toEqual([alice.key.key_id, bob.key.key_id])
  })

  const [signature] = envelope.signatures
  if (signature === undefined) throw new Error('no signature')
  const mallory = signEnvelope('application/x', payload, [bob]).signatures[0]
  const refused: [string, Envelope][] = [
    ['another type', { ...envelope, payloadType: 'application/y' }],
    ['another payload', { ...envelope, payload: Buffer.from('{}').toString('base64') }],
    [
      'a signature of another key under the id',
      { ...envelope, signatures: [{ ...signature, sig: mallory?.sig ?? '' }] },
    ],
    ['an unknown key beside a known one', signEnvelope('application/x', payload, [alice, bob])],
    ['the same key twice', signEnvelope('application/x', payload, [alice, alice])],
    ['a signature that is too short', { ...envelope, signatures: [{ ...signature, sig: 'AAAA' }] }],
    ['no signature', { ...envelope, signatures: [] }],
    // "…Q==" and "…R==" are the same bytes for a lenient reader.
    ['bits behind the last byte', { ...envelope, payload: 'eR==' }],
    ['base64 without its padding', { ...envelope, payload: envelope.payload.replace(/=+$/, '') }],
  ]
  it.each(refused)('refuses %s', (_what, one) => {
    expect(refusal(() => openEnvelope(one, [alice.key]))).toBe('envelope_invalid')
  })

  it('refuses a signature whose scalar was moved by the order of the group', () => {
    // RFC 8032, section 5.1.7: s has to be below the order, else one signature has several forms.
    const order = 2n ** 252n + 27742317777372353535851937790883648493n
    const bytes = Buffer.from(signature.sig, 'base64')
    const scalar = BigInt(`0x${Buffer.from(bytes.subarray(32)).reverse().toString('hex')}`)
    const moved = Buffer.from((scalar + order).toString(16).padStart(64, '0'), 'hex').reverse()
    const sig = Buffer.concat([bytes.subarray(0, 32), moved]).toString('base64')
    const one = { ...envelope, signatures: [{ ...signature, sig }] }
    expect(refusal(() => openEnvelope(one, [alice.key]))).toBe('envelope_invalid')
  })
})

describe('parseEnvelope', () => {
  const read = (bytes: Uint8Array) => openEnvelope(parseEnvelope(bytes), [alice.key])
  const stored = envelopeBytes(envelope)

  it('reads what was stored', () => {
    expect(parseEnvelope(stored)).toEqual(envelope)
  })

  it('refuses every flipped bit', () => {
    for (let place = 0; place < stored.length; place += 1) {
      for (let bit = 0; bit < 8; bit += 1) {
        const flipped = Buffer.from(stored)
        flipped[place] = (flipped[place] ?? 0) ^ (1 << bit)
        expect(
          refusal(() => read(flipped)),
          `byte ${place}, bit ${bit}`,
        ).toBe('envelope_invalid')
      }
    }
  })

  it('refuses every byte that is another', () => {
    fc.assert(
      fc.property(fc.nat(stored.length - 1), fc.integer({ min: 1, max: 255 }), (place, difference) => {
        const changed = Buffer.from(stored)
        changed[place] = (changed[place] ?? 0) ^ difference
        return refusal(() => read(changed)) === 'envelope_invalid'
      }),
    )
  })

  it('refuses any bytes that nobody signed', () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => refusal(() => read(bytes)) === 'envelope_invalid'))
    fc.assert(fc.property(fc.json(), (text) => refusal(() => read(Buffer.from(text))) === 'envelope_invalid'))
  })

  const text = Buffer.from(stored).toString()
  it.each([
    ['a key twice', text.replace('{', '{"payload":"",')],
    ['a key twice in another spelling', text.replace('{', '{"p\\u0061yload":"",')],
    ['a key twice further in', text.replace('"keyid"', '"sig":"","keyid"')],
    ['a key more', text.replace('{', '{"more":1,')],
    ['text behind it', `${text}x`],
    ['a byte order mark', `\ufeff${text}`],
    ['another value', '[]'],
    ['a deep value', '['.repeat(100_000)],
    ['more bytes than an envelope has', text.replace('{', `{${' '.repeat(ENVELOPE_MAX_BYTES)}`)],
    ['many signatures', text.replace('[', `[${'{"keyid":"","sig":""},'.repeat(20)}`)],
  ])('refuses %s', (_what, other) => {
    expect(refusal(() => read(Buffer.from(other)))).toBe('envelope_invalid')
  })
})

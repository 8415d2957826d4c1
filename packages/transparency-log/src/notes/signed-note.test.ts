import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openCheckpoint, signCheckpoint } from './checkpoint.ts'
import { newSignerKey, parseSignerKey, parseVerifierKey } from './keys.ts'
import { openNote, signNote } from './signed-note.ts'

const encode = (text: string) => new TextEncoder().encode(text)
const invalid = expect.objectContaining({ code: 'log_invalid' })
const unsigned = expect.objectContaining({ code: 'log_signature_invalid' })

const signer = parseSignerKey(newSignerKey('log.example/rbee', new Uint8Array(32).fill(3)))
const { verifier } = signer
const other = parseSignerKey(newSignerKey('log.example/rbee', new Uint8Array(32).fill(4)))
const head = { size: 12, root: new Uint8Array(32).fill(9) }

describe('keys', () => {
  it('read the example of the Go implementation that defined the format', () => {
    // Source: the documentation of golang.org/x/mod/sumdb/note
    const secret = 'PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz'
    const known = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'
    expect(parseSignerKey(secret).verifier.text).toBe(known)
    const note = `If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n`
    expect(openNote(encode(note), parseVerifierKey(known))).toMatch(/^If you think/)
  })

  it('have an id over name and key', () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519')
    const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)
    const typed = Buffer.concat([Buffer.of(1), raw])
    const id = createHash('sha256').update(`a.example\n`).update(typed).digest('hex').slice(0, 8)
    const theirs = parseVerifierKey(`a.example+${id}+${typed.toString('base64')}`)
    expect(theirs.verify(encode('x'), sign(null, encode('x'), privateKey))).toBe(true)
  })

  it.each([
    '',
    'a+b+c',
    verifier.text.replace('rbee', 'bee'),
    `${verifier.text}AAAA`,
    verifier.text.replace('+', ' '),
  ])('are refused when they are not whole: %j', (text) =>
    expect(() => parseVerifierKey(text)).toThrow(expect.objectContaining({ code: 'usage' })),
  )

  it('never show a secret in a failure', () => {
    const secret = newSignerKey('log.example', new Uint8Array(32).fill(3))
    for (const text of [secret.slice(0, -6), secret.replace('log', 'dog')]) {
      expect(() => parseSignerKey(text)).toThrow(
        expect.objectContaining({
          code: 'setting_invalid',
          message: expect.not.stringContaining(secret.slice(-20, -8)),
        }),
      )
    }
  })
})

describe('notes', () => {
  it('are opened with the key that signed them, whoever else did', () => {
    const own = signNote('text\n\nmore\n', signer)
    const line = signNote('text\n\nmore\n', other).split('\n').at(-2)
    expect(openNote(encode(own), verifier)).toBe('text\n\nmore\n')
    expect(openNote(encode(`${own}${line}\n`), verifier)).toBe('text\n\nmore\n')
    expect(openNote(encode(`${own}${line}\n`), other.verifier)).toBe('text\n\nmore\n')
    expect(() => openNote(encode(own), other.verifier)).toThrow(unsigned)
  })

  it('are refused after any byte of their text or of the signature changed', () => {
    const bytes = encode(signCheckpoint(head, signer))
    fc.assert(
      fc.property(fc.nat({ max: bytes.length - 1 }), fc.integer({ min: 1, max: 255 }), (place, change) => {
        const changed = bytes.slice()
        changed[place] = (bytes[place] ?? 0) ^ change
        expect(() => openCheckpoint(changed, verifier)).toThrow()
      }),
      { numRuns: 1000 },
    )
  })

  it.each([
    '',
    '\n',
    'text',
    'text\n',
    'text\n\n',
    'text\n\n— name\n',
    'text\n\n— name AA==\n',
    'a\u0000b\n\n— n AAAAAAAA\n',
  ])('are refused when they are none: %j', (text) =>
    expect(() => openNote(encode(text), verifier)).toThrow(invalid),
  )

  it('are refused when they are too long or no UTF-8', () => {
    expect(() => openNote(encode(signNote(`${'x'.repeat(70_000)}\n`, signer)), verifier)).toThrow(invalid)
    expect(() => openNote(Uint8Array.of(0xff, 0xfe, 0x0a), verifier)).toThrow(invalid)
  })
})

describe('checkpoints', () => {
  it('tell origin, size and root', () => {
    expect(openCheckpoint(encode(signCheckpoint(head, signer)), verifier)).toEqual({
      origin: 'log.example/rbee',
      ...head,
    })
  })

  it('may say more behind it', () => {
    const text = `${signer.name}\n12\n${Buffer.from(head.root).toString('base64')}\nmore\n`
    expect(openCheckpoint(encode(signNote(text, signer)), verifier)).toMatchObject({ size: 12 })
  })

  it.each(['012', '-1', '1e3', '99999999999999999', ''])('have no size such as %j', (size) => {
    const text = `${signer.name}\n${size}\n${Buffer.from(head.root).toString('base64')}\n`
    expect(() => openCheckpoint(encode(signNote(text, signer)), verifier)).toThrow(invalid)
  })

  it.each(['', 'AAAA', Buffer.alloc(33).toString('base64'), 'not base64'])(
    'have no root such as %j',
    (root) => {
      expect(() =>
        openCheckpoint(encode(signNote(`${signer.name}\n1\n${root}\n`, signer)), verifier),
      ).toThrow(invalid)
    },
  )

  it('are refused when the key signed one of another log', () => {
    const text = `other.example\n1\n${Buffer.from(head.root).toString('base64')}\n`
    expect(() => openCheckpoint(encode(signNote(text, signer)), verifier)).toThrow(unsigned)
  })
})

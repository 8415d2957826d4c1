import { createHash } from 'node:crypto'
import { TOKEN_PREFIX, TOKEN_SCOPES } from '@rbee/schema'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hashToken, hasTokenForm, newTokenText } from './token-text.ts'

const secret = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => new Uint8Array(bytes))

describe('the text of a token', () => {
  it('has the form of one, tells its scope, and holds all of its random bytes', () => {
    fc.assert(
      fc.property(fc.constantFrom(...TOKEN_SCOPES), secret, (scope, bytes) => {
        const text = newTokenText(scope, (length) => bytes.slice(0, length))
        expect(hasTokenForm(text)).toBe(true)
        expect(text.startsWith(TOKEN_PREFIX[scope])).toBe(true)
        const held = Buffer.from(text.slice(TOKEN_PREFIX[scope].length), 'base64url')
        expect(held.equals(bytes)).toBe(true)
      }),
    )
  })

  it('is what a header field carries unchanged, of a bounded length, and nothing else', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.string({ minLength: 250, maxLength: 260 }),
      fc.string({ maxLength: 12 }),
      fc.constantFrom('rbee_op_x\n', ' rbee_op_xxxx', 'rbee_op_\u0130xxx', 'x'.repeat(256), 'x'.repeat(257)),
    )
    fc.assert(
      fc.property(hostile, (text) => {
        const codes = text.split('').map((letter) => letter.charCodeAt(0))
        const expected =
          text.length >= 8 && text.length <= 256 && codes.every((code) => code > 0x20 && code < 0x7f)
        expect(hasTokenForm(text)).toBe(expected)
        if (!expected) return
        expect(new Headers({ authorization: `Bearer ${text}` }).get('authorization')).toBe(`Bearer ${text}`)
        expect(hashToken(text)).toBe(createHash('sha256').update(text).digest('hex'))
      }),
      { numRuns: 1_000 },
    )
  })
})

import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { verifySignature } from './github-signature.ts'

const SECRET = 'a secret of this test'
const sign = (body: Uint8Array) => createHmac('sha256', SECRET).update(body).digest('hex')
const bytes = fc.uint8Array({ maxLength: 100 }).map((body) => new Uint8Array(body))

it('takes the signature of the body, in either case of its digits', async () => {
  await fc.assert(
    fc.asyncProperty(bytes, fc.boolean(), async (body, upper) => {
      const hex = sign(body)
      await verifySignature(body, `sha256=${upper ? hex.toUpperCase() : hex}`, SECRET)
    }),
  )
})

it('refuses every other text by its code', async () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.stringMatching(/^sha256=[0-9a-f]{60,68}$/),
    fc.stringMatching(/^sha1=[0-9a-f]{40}$/),
    bytes.map((other) => `sha256=${sign(other)}x`),
  )
  await fc.assert(
    fc.asyncProperty(bytes, hostile, async (body, field) => {
      const code = field === '' ? 'signature_missing' : 'signature_invalid'
      await expect(verifySignature(body, field, SECRET)).rejects.toMatchObject({ code })
    }),
  )
})

it('refuses the signature of any other body', async () => {
  await fc.assert(
    fc.asyncProperty(bytes, fc.nat(), fc.integer({ min: 1, max: 255 }), async (body, at, change) => {
      fc.pre(body.length > 0)
      const field = `sha256=${sign(body)}`
      const other = body.slice()
      other[at % other.length] = (other[at % other.length] ?? 0) ^ change
      await expect(verifySignature(other, field, SECRET)).rejects.toMatchObject({ code: 'signature_invalid' })
    }),
  )
})

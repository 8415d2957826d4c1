import { RbeeError } from '@rbee/schema'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseJson, readLimited } from './json-body.ts'

describe('a JSON body', () => {
  it('is read as what it says, and refused by its code where it is no UTF-8 or no JSON', () => {
    const bytes = fc.oneof(
      fc.uint8Array(),
      fc.jsonValue().map((value) => new TextEncoder().encode(JSON.stringify(value))),
      fc.tuple(fc.json(), fc.uint8Array({ maxLength: 2 })).map(([text, tail]) => {
        return new Uint8Array([...new TextEncoder().encode(text), ...tail])
      }),
    )
    fc.assert(
      fc.property(bytes, (body) => {
        try {
          const value = parseJson(body)
          const text = new TextDecoder('utf-8', { fatal: true }).decode(body)
          expect(value).toEqual(JSON.parse(text))
        } catch (error) {
          if (!(error instanceof RbeeError)) throw error
          expect(error.code).toBe('invalid_json')
        }
      }),
      { numRuns: 500 },
    )
  })

  it('may nest as deeply as it is long', () => {
    for (const text of ['['.repeat(1_000_000), '{"a":'.repeat(200_000)]) {
      expect(() => parseJson(new TextEncoder().encode(text))).toThrow(
        expect.objectContaining({ code: 'invalid_json' }),
      )
    }
  })
})

describe('a body of limited size', () => {
  it('is all that arrives, or too large, in whichever pieces and whatever length it states', async () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 6 })
    const stated = fc.option(fc.constantFrom('0', '1', '40', '41', '-1', '1e9', 'x', '9'.repeat(30)))
    await fc.assert(
      fc.asyncProperty(pieces, stated, async (chunks, length) => {
        const body = new ReadableStream<Uint8Array>({
          start(controller) {
            for (const chunk of chunks) controller.enqueue(chunk)
            controller.close()
          },
        })
        const headers = new Headers(length === null ? {} : { 'content-length': length })
        const request = new Request('http://x/', { method: 'POST', body, headers, duplex: 'half' })
        const whole = Buffer.concat(chunks)
        const read = await readLimited(request, 40).catch((error: unknown) => error)
        if (whole.length > 40 || Number(length) > 40) expect(read).toMatchObject({ code: 'body_too_large' })
        else expect(Buffer.from(read instanceof Uint8Array ? read : []).equals(whole)).toBe(true)
      }),
    )
  })
})

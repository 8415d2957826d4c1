import { problemSchema } from '@rbee/schema'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Samples } from './sample-workers.ts'
import { expectProblem, type Opened } from './subject.ts'

export function hostileRequests(subject: Opened, samples: () => Samples): void {
  const operator = () => ({ authorization: `Bearer ${subject().operatorToken}` })
  const post = (
    body: RequestInit['body'],
    headers: Record<string, string> = { 'content-type': 'application/json' },
  ) => subject().fetch('/v1/tokens', { method: 'POST', headers: { ...operator(), ...headers }, body })

  describe('a body', () => {
    it.each(['', '{', '{"scope":"publish"', '[1,]', '\u0000', 'undefined'])(
      'that is not JSON is refused: %j',
      async (body) => {
        await expectProblem(await post(body), 400, 'invalid_json')
      },
    )

    it('that is not UTF-8 is refused', async () => {
      await expectProblem(await post(new Uint8Array([0x22, 0xff, 0xfe, 0x22])), 400, 'invalid_json')
    })

    it.each(
      labelled([
        'null',
        '1',
        '[]',
        '{}',
        '{"scope":"root"}',
        '{"scope":"publish","worker":"../x"}',
        `${'['.repeat(1500)}${']'.repeat(1500)}`,
      ]),
    )('of another shape is refused: %s', async (_label, body) => {
      const problem = await expectProblem(await post(body), 422, 'invalid_body')
      expect(problem.issues).toEqual(expect.any(Array))
    })

    it('that is too large is refused', async () => {
      const problem = await expectProblem(await post(`"${'a'.repeat(5000)}"`), 413, 'body_too_large')
      expect(problem.max_bytes).toBe(4096)
    })

    it.each(['gzip', 'br', 'identity, gzip', 'nonsense'])(
      'that is coded as %s is refused',
      async (coding) => {
        const headers = { 'content-type': 'application/json', 'content-encoding': coding }
        await expectProblem(await post('{"scope":"publish"}', headers), 415, 'unsupported_media_type')
      },
    )

    it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp'])(
      'of type %s is refused',
      async (type) => {
        await expectProblem(
          await post('{"scope":"publish"}', { 'content-type': type }),
          415,
          'unsupported_media_type',
        )
      },
    )

    it('of a part needs a length, and no more than a part has', async () => {
      const put = (body: RequestInit['body'], more: Record<string, unknown> = {}) =>
        subject().fetch('/v1/uploads/x/parts/1', {
          method: 'PUT',
          headers: { authorization: `Bearer ${samples().publishToken}` },
          body,
          ...more,
        })
      const stream = new Response('abc').body ?? ''
      await expectProblem(await put(stream, { duplex: 'half' }), 411, 'length_required')
      await expectProblem(await put(new Uint8Array(16 * 2 ** 20 + 1)), 413, 'body_too_large')
    })
  })

  describe('an address', () => {
    it.each(
      labelled([
        '/workers/%',
        '/workers/%zz',
        '/workers/%c0%af',
        '/workers/%2e%2e%2fetc%2fpasswd',
        '/workers/..%5c..%5c',
        '/workers/__proto__',
        '/workers/constructor',
        '/v1/workers/%F0%9F%92%A9',
        '/v1/workers/llm-worker/%00',
        '/v1/workers/llm-worker/1.0.0%0d%0aX: y',
        '/v1/workers/llm-worker/0.2.0/download?platform[]=linux-x86_64',
        '/v1/workers?limit=%',
        '/v1/workers?limit=__proto__&__proto__=1',
        '/v1/workers?cursor=AAAA&cursor',
        '/v1/blobs/sha256/%',
        '/v1/schemas/..%2fmanifest.json',
        `/${'a'.repeat(4000)}`,
        `/v1/workers/${'%2e'.repeat(1000)}`,
        `/v1/workers?${'limit=1&'.repeat(400)}`,
        '/?__proto__[x]=1',
      ]),
    )('%s is answered without a 5xx', async (_label, path) => {
      const response = await subject().fetch(path)
      expect(response.status).toBeLessThan(500)
      if (response.status >= 400) {
        expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
      }
      await response.arrayBuffer()
    })
  })

  describe('an address that could be read in two ways', () => {
    it.each([
      ['/workers/%2F', 400, 'invalid_id'],
      ['/workers/a%2Fb', 400, 'invalid_id'],
      ['/workers/%2541', 400, 'invalid_id'],
      ['/workers/%ed%a0%80', 400, 'invalid_id'],
      ['/workers/%c0%ae%c0%ae', 400, 'invalid_id'],
      ['/workers/ECHO-WORKER', 400, 'invalid_id'],
      ['/workers/echo-worker;v=1', 400, 'invalid_id'],
      ['/workers/echo-worker%20', 400, 'invalid_id'],
      ['/v1/workers/echo-worker/', 404, 'not_found'],
      ['/v1/workers//echo-worker', 404, 'not_found'],
      ['/V1/workers/echo-worker', 404, 'not_found'],
      ['/health%3f', 404, 'not_found'],
      ['/health;x=1', 404, 'not_found'],
      ['/v1/workers?limit=1e3', 400, 'invalid_limit'],
      ['/v1/workers?limit=-0', 400, 'invalid_limit'],
      ['/v1/workers?limit=%2b1', 400, 'invalid_limit'],
      ['/v1/workers?limit=%201', 400, 'invalid_limit'],
      ['/v1/workers?limit=1&limit=1', 400, 'invalid_limit'],
      ['/v1/workers?cursor=a&cursor=b', 400, 'invalid_cursor'],
    ])('%s is answered with %i %s', async (path, status, code) => {
      await expectProblem(await subject().fetch(path), status, code)
    })

    it.each(['/v1/workers?unknown=1', '/v1/workers?LIMIT=0', '/v1/workers?limit[]=0', '/v1/workers?&&'])(
      '%s asks for nothing more than its path',
      async (path) => {
        const response = await subject().fetch(path)
        expect(response.status).toBe(200)
        await response.arrayBuffer()
      },
    )
  })

  describe('a header', () => {
    it.each([
      ['if-none-match', 'a long list', `${'"a",'.repeat(1000)}`],
      ['if-none-match', 'half a tag', 'W/"'],
      ['range', 'many ranges', `bytes=${'0-1,'.repeat(500)}`],
      ['authorization', 'no token', 'Bearer'],
      ['authorization', 'a long token', `Bearer ${'a'.repeat(4000)}`],
      ['authorization', 'another scheme', 'Basic YTpi'],
      ['accept', 'nonsense', 'application/octet-stream;;;q=x,,'],
      ['origin', 'null', 'null'],
      ['content-length', '0', '0'],
    ])('%s: %s is answered without a 5xx', async (name, _label, value) => {
      for (const path of [
        '/v1/workers/echo-worker',
        `/v1/blobs/sha256/${samples().gzip.sha256}`,
        '/v1/uploads/x',
      ]) {
        const response = await subject().fetch(path, { headers: { [name]: value } })
        expect(response.status).toBeLessThan(500)
        await response.arrayBuffer()
      }
    })
  })

  describe('Authorization', () => {
    const whoAmI = (authorization: string) =>
      subject().fetch('/v1/tokens/current', { headers: { authorization } })

    it('is that of its token in every way to write it', async () => {
      const token = samples().publishToken
      for (const field of [`Bearer ${token}`, `bearer   ${token}`, `BEARER ${token} `]) {
        expect((await whoAmI(field)).status).toBe(200)
      }
    })

    it('is missing or wrong, whatever else it holds', async () => {
      const token = samples().publishToken
      const hostile = fc.oneof(
        fc.string({ unit: visible, maxLength: 40 }),
        fc.string({ unit: visible, maxLength: 40 }).map((text) => `Bearer ${text}`),
        fc
          .string({ unit: visible, minLength: 1, maxLength: 5 })
          .map((text) => `Bearer ${token}${text.trim()}x`),
        fc.constantFrom(`Bearer${token}`, `Bearer\t${token}`, token, `Basic ${token}`, `Bearer "${token}"`),
        fc.constantFrom(
          `Bearer ${token}, Bearer ${token}`,
          `Bearer ${token.slice(0, -1)}`,
          `Bearer Bearer ${token}`,
        ),
        fc.constantFrom('Bearer operator', 'Bearer rbee_op_', 'Bearer %00', `Bearer ${token.toUpperCase()}`),
      )
      await fc.assert(
        fc.asyncProperty(hostile, async (field) => {
          const response = await whoAmI(field)
          const problem = problemSchema.parse(await response.json())
          expect(response.status).toBe(401)
          expect(['token_missing', 'token_invalid']).toContain(problem.code)
          expect(JSON.stringify(problem)).not.toContain(token)
        }),
        { numRuns: 80 },
      )
    })
  })

  describe('Range and If-Range', () => {
    it('get exactly the bytes that the answer says, whatever they hold', async () => {
      const { bytes, sha256, size } = samples().gzip
      const number = fc.oneof(
        fc.nat({ max: size * 2 }),
        fc.constantFrom('', '0', '-1', '1e3', '9'.repeat(40), ' 1'),
      )
      const range = fc.oneof(
        fc.tuple(number, number).map(([first, last]) => `bytes=${first}-${last}`),
        fc.tuple(number, number).map(([first, last]) => `bytes=${first}-${last}, 0-1`),
        fc.string({ unit: visible, maxLength: 20 }),
        fc.string({ unit: visible, maxLength: 20 }).map((text) => `bytes=${text}`),
      )
      const condition = fc.constantFrom(
        `"${sha256}"`,
        `"${sha256}"`,
        `W/"${sha256}"`,
        '"other"',
        sha256,
        '*',
        'Sat, 21 Nov 2026 00:00:00 GMT',
      )
      await fc.assert(
        fc.asyncProperty(range, fc.option(condition), async (field, ifRange) => {
          const headers = { range: field, ...(ifRange === null ? {} : { 'if-range': ifRange }) }
          const response = await subject().fetch(`/v1/blobs/sha256/${sha256}`, { headers })
          const body = new Uint8Array(await response.arrayBuffer())
          expect([200, 206, 416]).toContain(response.status)
          if (ifRange !== null && ifRange !== `"${sha256}"`) expect(response.status).toBe(200)
          if (response.status === 200) expect(body).toEqual(bytes)
          if (response.status !== 206) return
          const stated = response.headers.get('content-range') ?? ''
          const [, first = '', last = '', total] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(stated) ?? []
          expect(Number(total)).toBe(size)
          expect(body).toEqual(bytes.slice(Number(first), Number(last) + 1))
          expect(body.length).toBeGreaterThan(0)
        }),
        { numRuns: 120 },
      )
    })
  })
}

/** What a client may put into a header field. */
const visible = fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code))

/** Long values are named by their beginning. */
function labelled(values: readonly string[]): [string, string][] {
  return values.map((value) => [value.slice(0, 40), value])
}

import { RbeeError } from '@rbee/schema'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { download } from './download.ts'

const BYTES = Uint8Array.from({ length: 40 }, (_, index) => index * 5)

/** How one request is answered. */
interface Answer {
  readonly status: number
  readonly contentRange: string | null
  readonly body: Uint8Array<ArrayBuffer>
}

/** Downloads from a server that answers one request after the other as `answer` says, given the byte that was asked for. */
async function downloaded(answer: (start: number) => Answer): Promise<Uint8Array | RbeeError> {
  const chunks: Uint8Array[] = []
  const answering: typeof fetch = async (_url, init) => {
    const start = Number(/^bytes=(\d+)-$/.exec(new Headers(init?.headers).get('range') ?? '')?.[1] ?? 0)
    const { status, contentRange, body } = answer(start)
    const headers = new Headers(contentRange === null ? {} : { 'content-range': contentRange })
    return new Response([204, 304].includes(status) ? null : body, { status, headers })
  }
  const source = download(new URL('http://registry.test/archive'), {
    fetch: answering,
    signal: new AbortController().signal,
    size: BYTES.length,
    onBytes: () => {},
  })
  try {
    for await (const chunk of source) chunks.push(chunk.slice())
  } catch (error) {
    if (error instanceof RbeeError) return error
    throw error
  }
  return Buffer.concat(chunks)
}

/** Pauses between two attempts are real, so that cases run side by side. */
function forEach<Case>(cases: fc.Arbitrary<Case>, count: number, check: (one: Case) => Promise<void>) {
  return Promise.all(fc.sample(cases, count).map(check))
}

describe('a download', () => {
  it('has the right bytes however often it breaks off, and whether or not ranges are understood', async () => {
    const attempts = fc.array(
      fc.record({ length: fc.integer({ min: 4, max: 40 }), understood: fc.boolean() }),
      {
        minLength: 12,
        maxLength: 12,
      },
    )
    await forEach(attempts, 60, async (script) => {
      const left = [...script]
      const outcome = await downloaded((start) => {
        const { length, understood } = left.shift() ?? { length: 40, understood: true }
        if (start === 0 || !understood) {
          return { status: 200, contentRange: null, body: BYTES.slice(0, start + length) }
        }
        const contentRange = `bytes ${start}-${BYTES.length - 1}/${BYTES.length}`
        return { status: 206, contentRange, body: BYTES.slice(start, start + length) }
      })
      expect(outcome).toEqual(Buffer.from(BYTES))
    })
  })

  it('has as many bytes as it should or ends in a code, whatever a server answers', async () => {
    const range = fc.oneof(
      fc.tuple(fc.nat({ max: 50 }), fc.nat({ max: 50 })).map(([first, last]) => `bytes ${first}-${last}/40`),
      fc.constantFrom(
        'bytes */40',
        'bytes 0-39/*',
        'bytes -1-2/3',
        'BYTES 0-1/2',
        'bytes',
        '',
        'items 0-1/2',
      ),
      fc.constantFrom(`bytes ${'9'.repeat(40)}-0/1`, 'bytes 10-', 'bytes 1-0-5/40'),
    )
    const answers = fc.array(
      fc.record({
        status: fc.constantFrom(200, 206, 206, 204, 404, 416, 503, 429),
        contentRange: fc.option(range),
        body: fc.uint8Array({ maxLength: 60 }).map((bytes) => new Uint8Array(bytes)),
      }),
      { minLength: 1, maxLength: 5 },
    )
    await forEach(answers, 120, async (script) => {
      const left = [...script]
      const nothing: Answer = { status: 404, contentRange: null, body: new Uint8Array() }
      const outcome = await downloaded(() => left.shift() ?? nothing)
      if (!(outcome instanceof RbeeError)) expect(outcome).toHaveLength(BYTES.length)
      else expect(['size_mismatch', 'registry_invalid', 'registry_unreachable']).toContain(outcome.code)
    })
  })
})

import { errorCodeSchema, RbeeError } from '@rbee/schema'
import fc from 'fast-check'
import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import {
  ADDRESS,
  CURSOR,
  FORMAT,
  LIMIT,
  PART,
  type Parameter,
  PLATFORM,
  pathParameter,
  queryParameter,
  SHA256,
  UPLOAD_ID,
  VARIANT,
  VERSION_OR_LATEST,
  WAIT,
  WORKER_ID,
} from './parameters.ts'

/** What reading a parameter of a request comes to; whatever is no coded failure is thrown on. */
async function outcomeOf(address: string, read: (context: Parameters<typeof pathParameter>[0]) => unknown) {
  let outcome: { value: unknown } | { failure: RbeeError } | null = null
  const app = new Hono()
  app.get('/x/:id', (context) => {
    try {
      outcome = { value: read(context) }
    } catch (error) {
      if (!(error instanceof RbeeError)) throw error
      outcome = { failure: error }
    }
    return context.text('')
  })
  app.onError((error) => {
    throw error
  })
  await app.request(address)
  return outcome as { value: unknown } | { failure: RbeeError } | null
}

const hostile = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '',
    '0',
    '-0',
    '1',
    '+1',
    '1e3',
    '0x10',
    '١',
    '201',
    '200',
    ' 1',
    '1\n',
    '1.0',
    'latest',
    'NaN',
  ),
  fc.constantFrom(
    '__proto__',
    '..',
    '%',
    'linux-x86_64',
    'cpu',
    'tar.gz',
    'a'.repeat(400),
    '\ud800',
    '\u212a',
  ),
  fc.nat({ max: 300 }).map(String),
)
const QUERY: readonly Parameter[] = [LIMIT, CURSOR, WAIT, PLATFORM, VARIANT, FORMAT]
/** Some of the names and values as a client would write them, others as no client should. */
const queryString = fc
  .array(
    fc.tuple(
      fc.constantFrom(...QUERY.map(({ name }) => name), 'Limit', 'limit[]', '__proto__', ''),
      fc.oneof(
        hostile.map((text) => `=${encodeURIComponent(text.toWellFormed())}`),
        fc.constantFrom(
          '',
          '=',
          '=%',
          '=%zz',
          '=%c0%af',
          '=%ed%a0%80',
          '=%00',
          '=+',
          '==',
          '=1;limit=2',
          '=%31',
        ),
      ),
    ),
    { maxLength: 5 },
  )
  .map((pairs) => pairs.map((pair) => pair.join('')).join('&'))

describe('a query', () => {
  it.each(QUERY.map((parameter) => [parameter.name, parameter] as const))(
    'gives %s as its shape says, nothing, or a failure of its code, whatever it is',
    async (_name, parameter) => {
      await fc.assert(
        fc.asyncProperty(queryString, async (query) => {
          const outcome = await outcomeOf(`/x/1?${query}`, (context) => queryParameter(context, parameter))
          if (outcome === null) throw new Error('the request was not read')
          if ('failure' in outcome) expect(outcome.failure.code).toBe(parameter.code)
          else expect(isOfItsShape(parameter, outcome.value)).toBe(true)
        }),
        { numRuns: 400 },
      )
    },
  )

  it('is as many workers as are written in plain digits from 1 to 200', async () => {
    await fc.assert(
      fc.asyncProperty(hostile, async (text) => {
        fc.pre(text.isWellFormed())
        const outcome = await outcomeOf(`/x/1?limit=${encodeURIComponent(text)}`, (context) =>
          queryParameter(context, LIMIT),
        )
        const isGood = Number(text) >= 1 && Number(text) <= 200 && String(Math.trunc(Number(text))) === text
        expect(outcome).toEqual(isGood ? { value: Number(text) } : { failure: expect.any(RbeeError) })
      }),
      { numRuns: 400 },
    )
  })
})

function isOfItsShape(parameter: Parameter, value: unknown): boolean {
  if (value === null) return true
  if (parameter === LIMIT) return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 200
  if (parameter === WAIT) return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 60
  return typeof value === 'string' && parameter.schema.safeParse(value).success
}

describe('a segment of the path', () => {
  const PATH: readonly Parameter[] = [ADDRESS, WORKER_ID, VERSION_OR_LATEST, SHA256, UPLOAD_ID, PART]
  it.each(PATH.map((parameter) => [parameter.code, parameter] as const))(
    'that is not good fails with %s, and one that is stays inside of its name',
    async (_code, parameter) => {
      const here = { ...parameter, name: 'id' }
      await fc.assert(
        fc.asyncProperty(hostile, async (text) => {
          fc.pre(text.isWellFormed())
          const outcome = await outcomeOf(`/x/${encodeURIComponent(text)}`, (context) =>
            pathParameter(context, here),
          )
          // Dot segments and nothing at all lead elsewhere.
          if (outcome === null) return
          if ('failure' in outcome) {
            expect(outcome.failure.code).toBe(parameter.code)
            expect(errorCodeSchema.safeParse(outcome.failure.code).success).toBe(true)
            return
          }
          expect(String(outcome.value)).toBe(text)
          expect(text).toMatch(/^[A-Za-z0-9][A-Za-z0-9._+-]*$|^[a-z0-9-]+$|^[A-Za-z0-9_-]+$/)
          expect(text).not.toContain('..')
        }),
        { numRuns: 400 },
      )
    },
  )
})

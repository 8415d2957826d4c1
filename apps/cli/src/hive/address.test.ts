import { addressSchema, RbeeError, versionSchema } from '@rbee/schema'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { meansInstalled, parseWorkerAddress } from './address.ts'

describe('parseWorkerAddress', () => {
  it.each([
    ['llm-worker', undefined, { address: 'llm-worker', version: null }],
    ['llm-worker@0.1.0', undefined, { address: 'llm-worker', version: '0.1.0' }],
    ['llm-worker@latest', undefined, { address: 'llm-worker', version: null }],
    ['llm-worker', '1.0.0-rc.1', { address: 'llm-worker', version: '1.0.0-rc.1' }],
  ])('reads %s', (text, option, expected) => {
    expect(parseWorkerAddress(text, option)).toEqual(expected)
  })

  it.each([['../etc'], ['LLM'], [''], [undefined], ['-x'], ['a'.repeat(101)], ['a b'], ['a/b@1.0.0']])(
    'refuses %j as an id',
    (text) => {
      expect(() => parseWorkerAddress(text)).toThrow(expect.objectContaining({ code: 'invalid_id' }))
    },
  )

  it.each([['a@'], ['a@v1'], ['a@1.0'], ['a@../x']])('refuses %j for its version', (text) => {
    expect(() => parseWorkerAddress(text)).toThrow(expect.objectContaining({ code: 'invalid_version' }))
  })
})

describe('meansInstalled', () => {
  const installed = { id: 'llm-worker', variant: 'cpu' }

  it.each(['llm-worker', 'llm-worker-cpu', 'llm-worker-rbee', 'llm-worker-rbee-cpu'])('takes %s', (text) => {
    expect(meansInstalled(text, installed)).toBe(true)
  })

  it.each(['llm-worker-cuda', 'llm', 'cpu', 'llm-worker-'])('does not take %s', (text) => {
    expect(meansInstalled(text, installed)).toBe(false)
  })
})

describe('whatever a user types,', () => {
  it('it is an address and perhaps a version, or it is refused by its code', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'llm-worker',
        '@',
        '1.0.0',
        'latest',
        '-',
        '--all',
        '../',
        '/',
        ' ',
        '\n',
        '\0',
        'LLM',
        ':',
      ),
      fc.string({ maxLength: 3 }),
    )
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 5 }),
        fc.option(piece, { nil: undefined }),
        (pieces, option) => {
          try {
            const { address, version } = parseWorkerAddress(pieces.join(''), option)
            expect(addressSchema.safeParse(address).success).toBe(true)
            expect(address.startsWith('-')).toBe(false)
            expect(version === null || versionSchema.safeParse(version).success).toBe(true)
          } catch (error) {
            if (!(error instanceof RbeeError)) throw error
            expect(['invalid_id', 'invalid_version']).toContain(error.code)
          }
        },
      ),
      { numRuns: 1_000 },
    )
  })
})

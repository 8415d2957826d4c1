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

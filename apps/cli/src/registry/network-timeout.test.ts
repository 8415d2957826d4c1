import { describe, expect, it } from 'vitest'
import { networkTimeout } from './network-timeout.ts'

describe('the patience with the network', () => {
  it.each([
    [undefined, undefined],
    ['', undefined],
    ['0.5', 500],
    ['90', 90_000],
  ])('%s is %s ms', (setting, expected) => {
    expect(networkTimeout({ RBEE_NETWORK_TIMEOUT: setting })).toBe(expected)
  })

  it.each(['0', '-1', '1e3', 'soon', '3601'])('%s is no number of seconds', (setting) => {
    expect(() => networkTimeout({ RBEE_NETWORK_TIMEOUT: setting })).toThrow(/RBEE_NETWORK_TIMEOUT must be/)
  })
})

import { isIPv6 } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loggedNetwork, networkOf } from './client-network.ts'

describe('networkOf', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['2001:0DB8:0:1:2:3:4:5', '2001:db8:0:1'],
    ['::1', '0:0:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['', ''],
  ])('of %s is %s', (address, network) => {
    expect(networkOf(address)).toBe(network)
  })

  it('is the same for every spelling of every address in a /64', () => {
    const group = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }))
    const eight = fc.array(group, { minLength: 8, maxLength: 8 })
    fc.assert(
      fc.property(eight, (groups) => {
        const long = groups.map((value) => value.toString(16).padStart(4, '0').toUpperCase()).join(':')
        const short = new URL(`http://[${long}]`).hostname.slice(1, -1)
        expect(isIPv6(short)).toBe(true)
        const network = groups.slice(0, 4).map((value) => value.toString(16))
        expect([networkOf(long), networkOf(short)]).toEqual([network.join(':'), network.join(':')])
      }),
    )
  })
})

describe('loggedNetwork', () => {
  it.each([
    ['192.0.2.1', '192.0.2.0/24'],
    ['::ffff:192.0.2.1', '192.0.2.0/24'],
    ['2001:db8:1:2:3::4', '2001:db8:1::/48'],
    ['::1', '0:0:0::/48'],
    ['', null],
  ])('of %s is %s', (address, logged) => {
    expect(loggedNetwork(networkOf(address))).toBe(logged)
  })
})

import { describe, expect, it } from 'vitest'
import { isTrustedHost } from './host-header.ts'

describe('isTrustedHost', () => {
  it.each([
    'localhost',
    'localhost:80',
    'LOCALHOST:1',
    '127.0.0.1:8080',
    '127.1.2.3',
    '[::1]:80',
    'hive.localhost',
  ])('trusts %s on a loopback connection', (host) => expect(isTrustedHost(host, '127.0.0.1')).toBe(true))

  it.each([undefined, '', 'evil.example', 'localhost.evil.example', '127.0.0.1.evil.example:80', '10.0.0.1'])(
    'does not trust %s there',
    (host) => expect(isTrustedHost(host, '::ffff:127.0.0.1')).toBe(false),
  )

  it('trusts any name on an address that others reach', () => {
    expect(isTrustedHost('gpu-box:9000', '192.0.2.7')).toBe(true)
  })
})

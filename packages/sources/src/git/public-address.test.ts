import fc from 'fast-check'
import { expect, it } from 'vitest'
import { publicAddress } from './public-address.ts'

it.each([
  ['https://github.com/a/b.git', 'https://github.com/a/b.git'],
  ['https://user:token@github.com/a/b.git', 'https://github.com/a/b.git'],
  ['https://token@github.com/a/b.git?access=secret#x', 'https://github.com/a/b.git'],
  ['git@github.com:a/b.git', 'ssh://git@github.com/a/b.git'],
  ['github.com:a/b.git', 'ssh://github.com/a/b.git'],
  ['ssh://git:secret@example.com:2222/a.git', 'ssh://git@example.com:2222/a.git'],
  ['http://example.com/a.git', null],
  ['http://127.0.0.1.example.com/a.git', null],
  ['http://me:secret@127.0.0.1:8080/a.git', 'http://127.0.0.1:8080/a.git'],
  ['file:///srv/a.git', null],
  ['/srv/a.git', null],
  ['../a.git', null],
  ['C:/a.git', null],
  ['ext::sh -c id', null],
  ['--upload-pack=id', null],
  ['', null],
])('makes of the remote %j the address %j', (remote, address) => {
  expect(publicAddress(remote)).toBe(address)
})

it('makes an address without secrets that stays what it is, whatever the remote is', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      'https://',
      'http://',
      'ssh://',
      'git+ssh://',
      'file://',
      'ext::',
      'git@',
      'host',
      ':',
      '/',
    ),
    fc.constantFrom(
      'user:secret@',
      '?token=secret',
      '#secret',
      '%40',
      '@',
      '-',
      '..',
      '[::1]',
      '127.0.0.1',
      '\\',
    ),
    fc.constantFrom('localhost', ':22', ':99999', '.git', ' ', '\n', 'ä', 'a/b', '%', '%2f', '\u0000'),
    fc.string({ maxLength: 3 }),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 7 }), (pieces) => {
      const address = publicAddress(pieces.join(''))
      if (address === null) return
      expect(URL.canParse(address), address).toBe(true)
      const { protocol, password, search, hash } = new URL(address)
      expect(['https:', 'http:', 'ssh:']).toContain(protocol)
      expect(password + search + hash).toBe('')
      expect(address).not.toMatch(/[\s\u0000-\u001f\u007f]/)
      expect(publicAddress(address)).toBe(address)
    }),
    { numRuns: 3_000 },
  )
})

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

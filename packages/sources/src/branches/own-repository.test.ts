import { describe, expect, it } from 'vitest'
import { OwnRepository } from './own-repository.ts'

const GITHUB = { url: 'https://github.com/rbee/catalog.git', folders: ['/srv/catalog'] }
const LOCAL = { url: null, folders: ['/srv/catalog'] }

describe('OwnRepository', () => {
  it.each([
    'https://github.com/rbee/catalog',
    'https://GitHub.com/Rbee/Catalog.git/',
    'git@github.com:rbee/catalog.git',
    'ssh://git@github.com:22/rbee/catalog',
    '/srv/catalog',
    '/srv/catalog/.git',
    'file:///srv/catalog/',
  ])('knows %s for its own', (address) => {
    expect(new OwnRepository(GITHUB, []).isCloneAddress(address)).toBe(true)
  })

  it.each([
    'https://github.com/rbee/catalog2',
    'https://github.com/rbee',
    'https://github.com/evil/catalog.git',
    'https://github.com.evil.example/rbee/catalog.git',
    'https://evil.example/rbee/catalog.git',
    'https://github.com@evil.example/rbee/catalog.git',
    'https://github.com:8443/rbee/catalog.git',
    'https://me:secret@github.com/rbee/catalog.git',
    'http://github.com/rbee/catalog.git',
    'git://github.com/rbee/catalog.git',
    'ext::sh -c id',
    '--upload-pack=id',
    '-oProxyCommand=id@github.com:rbee/catalog.git',
    '/srv/other',
    '/srv/catalog/../other',
    'file:///srv/catalog/%2e%2e/other',
    'file://host/srv/catalog',
    '../catalog',
    '',
  ])('sends nobody to %s', (address) => {
    expect(new OwnRepository(GITHUB, []).isCloneAddress(address)).toBe(false)
  })

  it.each([
    'PKGBUILD',
    'branches/x/PKGBUILD',
    '/workers/x/PKGBUILD',
    'https://github.com/rbee/catalog/raw/x/PKGBUILD',
    'https://raw.githubusercontent.com/rbee/catalog/x/PKGBUILD',
    'file:///srv/catalog/PKGBUILD',
  ])('holds the file %s', (address) => {
    expect(new OwnRepository(GITHUB, []).isFileAddress(address)).toBe(true)
  })

  it.each([
    'https://github.com/rbee/catalog2/raw/x/PKGBUILD',
    'https://github.com/rbee/catalog/../../evil/x/PKGBUILD',
    'https://github.com/rbee/catalog/%2e%2e/evil/PKGBUILD',
    'https://raw.githubusercontent.com/evil/catalog/x/PKGBUILD',
    'https://raw.githubusercontent.com:8443/rbee/catalog/x/PKGBUILD',
    'https://me@github.com/rbee/catalog/raw/x/PKGBUILD',
    'http://github.com/rbee/catalog/raw/x/PKGBUILD',
    '//evil.example/PKGBUILD',
    '\\\\evil.example\\PKGBUILD',
    '/\\evil.example/PKGBUILD',
    '../PKGBUILD',
    'x/../../PKGBUILD',
    'javascript:alert(1)',
    'data:text/plain,x',
    'file:///etc/passwd',
  ])('does not hold the file %s', (address) => {
    expect(new OwnRepository(GITHUB, []).isFileAddress(address)).toBe(false)
  })

  it('takes what most entries name for its address, where it has none', () => {
    const own = new OwnRepository(LOCAL, [
      'https://evil.example/x.git',
      undefined,
      'https://github.com/rbee/catalog.git',
      'git@github.com:rbee/catalog',
      'https://github.com/rbee/catalog',
      'https://me:secret@evil.example/x.git',
    ])
    expect(own.url).toBe('https://github.com/rbee/catalog.git')
    expect(own.isCloneAddress('https://evil.example/x.git')).toBe(false)
  })

  it.each([
    ['entries that name none', undefined],
    ['entries that name its folder', 'file:///srv/catalog'],
    ['entries that name other places', 'https://github.com/rbee/catalog.git'],
    ['none', null],
  ])('lets no single entry among %s say where it is', (_, others) => {
    const own = new OwnRepository(LOCAL, ['https://evil.example/x.git', ...(others === null ? [] : [others])])
    expect(own.url).toBe(null)
    expect(own.isCloneAddress('https://evil.example/x.git')).toBe(false)
  })

  it('knows no other machine where nobody names one', () => {
    const own = new OwnRepository(LOCAL, [undefined, 'not an address'])
    expect(own.url).toBe(null)
    expect(own.isCloneAddress('https://github.com/rbee/catalog.git')).toBe(false)
    expect(own.isFileAddress('https://github.com/rbee/catalog/PKGBUILD')).toBe(false)
  })
})

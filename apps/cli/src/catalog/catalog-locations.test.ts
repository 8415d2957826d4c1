import { describe, expect, it } from 'vitest'
import { catalogLocations } from './catalog-locations.ts'

describe('catalogLocations', () => {
  it('passes on what can be read or fetched', () => {
    const settings = [
      'workers',
      '../other#stable',
      './git@host:x',
      'file:///srv/my%20workers/#v1#x',
      'FILE:///srv/workers',
      'https://github.com/x/y#main',
      'http://127.0.0.1:8080/x.git',
      'ssh://git@host/x.git',
      'git@github.com:x/y.git#v1',
    ]
    expect(catalogLocations(settings)).toEqual(settings)
  })

  it.each([
    ['http://host/x#main', 'repositories are not fetched from http addresses'],
    ['git+ssh://host/x.git', 'repositories are not fetched from git+ssh addresses'],
    ['ext::sh -c id', 'repositories are not fetched from ext addresses'],
    ['https://me:secret@host/x', 'an address with a user or password in it is not taken'],
    ['file://host/workers', 'is no address of a folder of this machine'],
    ['file:///a%2fb', 'is no address of a folder of this machine'],
  ])('refuses %s and names the setting', (setting, reason) => {
    expect(() => catalogLocations(['workers', setting])).toThrow(
      expect.objectContaining({
        code: 'setting_invalid',
        message: expect.stringMatching(new RegExp(`^--catalog: .*${reason.replaceAll('+', '\\+')}`)),
        next: expect.any(String),
      }),
    )
  })

  it('repeats no secret', () => {
    for (const setting of ['https://me:secret@host/x', 'http://secret@host/x', 'ssh://me:secret@host/x']) {
      expect(() => catalogLocations([setting])).toThrow(expect.not.stringContaining('secret'))
    }
  })
})

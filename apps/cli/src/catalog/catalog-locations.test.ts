import { describe, expect, it } from 'vitest'
import { catalogLocations } from './catalog-locations.ts'

describe('catalogLocations', () => {
  it.each([
    ['workers', 'workers'],
    ['../other#stable', '../other#stable'],
    ['./git@host:x', './git@host:x'],
    ['file:///srv/workers', '/srv/workers'],
    ['file:///srv/my%20workers/#v1#x', '/srv/my workers/#v1#x'],
    ['FILE:///srv/workers', '/srv/workers'],
    ['file://localhost/srv/workers', '/srv/workers'],
  ])('reads %s', (setting, location) => {
    expect(catalogLocations([setting])).toEqual([location])
  })

  it.each([
    ['https://github.com/x/y'],
    ['http://host/x#main'],
    ['ssh://git@host/x.git'],
    ['git+ssh://host/x.git'],
    ['git@github.com:x/y.git'],
  ])('refuses to fetch %s', (setting) => {
    expect(() => catalogLocations(['workers', setting])).toThrow(
      expect.objectContaining({
        code: 'setting_invalid',
        message: '--catalog: repositories of other machines are not fetched yet',
        next: expect.stringContaining('clone'),
      }),
    )
  })

  it.each([['file://host/workers'], ['file://workers'], ['file:///a%2fb']])('refuses %s', (setting) => {
    expect(() => catalogLocations([setting])).toThrow(expect.objectContaining({ code: 'setting_invalid' }))
  })
})

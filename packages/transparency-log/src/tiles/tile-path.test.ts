import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseTilePath, type TileKey, tilePath } from './tile-path.ts'

it.each<[string, TileKey]>([
  ['tile/0/000', { level: 0, index: 0, width: 256 }],
  ['tile/0/x001/x234/067', { level: 0, index: 1_234_067, width: 256 }],
  ['tile/3/x001/000.p/8', { level: 3, index: 1000, width: 8 }],
  ['tile/entries/255.p/255', { level: 'entries', index: 255, width: 255 }],
])('names tiles as the specification does: %s', (path, key) => {
  expect(tilePath(key)).toBe(path)
  expect(parseTilePath(path)).toEqual(key)
})

it.each([
  'tile/0/00',
  'tile/0/0000',
  'tile/0/x000/001',
  'tile/0/1',
  'tile/00/000',
  'tile/7/000',
  'tile/-1/000',
  'tile/data/000',
  'tile/0/000.p/0',
  'tile/0/000.p/256',
  'tile/0/000.p/08',
  'tile/0/001/002',
  'tile/0/x001/x002',
  'tile/0/x999/x999/x999/x999/x999/999',
  'tile/0/../000',
  'tile/0/000/',
  '/tile/0/000',
  'tile/0/000\n',
])('takes no other text for a name: %j', (path) => {
  expect(parseTilePath(path)).toBeNull()
})

it('reads every name it writes', () => {
  const keys = fc.record({
    level: fc.oneof(fc.integer({ min: 0, max: 6 }), fc.constant('entries' as const)),
    index: fc.nat({ max: 2 ** 31 - 1 }),
    width: fc.integer({ min: 1, max: 256 }),
  })
  fc.assert(
    fc.property(keys, (key) => {
      expect(parseTilePath(tilePath(key))).toEqual(key)
    }),
  )
})

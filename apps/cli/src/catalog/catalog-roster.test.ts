import type { CatalogState } from '@rbee/schema'
import { aCatalogEntry } from '@rbee/testing'
import { describe, expect, it } from 'vitest'
import { catalogRoster } from './catalog-roster.ts'
import type { CatalogPlace } from './compile-catalogs.ts'

const LOCATIONS = ['workers', 'git@github.com:rbee/workers.git#stable', 'file:///srv/more%20workers']
const ALL = { catalogs: null, force: false }

function roster() {
  const made = catalogRoster(LOCATIONS, '/here')
  const places = made.wantedBy(ALL)
  const read = (place: CatalogPlace | undefined, catalog: string, commit: string | null) => {
    if (place === undefined) throw new Error('there is no such place')
    const git = { url: null, commit: null, branch: 'main', path: 'x' }
    made.learn({
      kind: 'compiled',
      place,
      compiled: { catalog, commit, entries: [aCatalogEntry({ git })], images: new Map(), findings: [] },
    })
  }
  return { ...made, places, read }
}

const stateOf = (catalog: string): CatalogState => ({
  catalog,
  commit: null,
  synced_at: null,
  accepted: [],
  refused: [],
  warnings: [],
})

describe('catalogRoster', () => {
  it('expects names before anything was read, and learns them', () => {
    const { places, nameOf, firstNameOf, read } = roster()
    expect(places.map(nameOf)).toEqual([
      '/here/workers',
      'ssh://git@github.com/rbee/workers.git#stable',
      '/srv/more workers',
    ])
    read(places[0], 'https://example.com/workers.git', 'a'.repeat(40))
    expect(places.map(nameOf)[0]).toBe('https://example.com/workers.git')
    expect(places.map(firstNameOf)[0]).toBe('/here/workers')
  })

  it('finds catalogs by name and by setting', () => {
    const { places, wantedBy, check, read } = roster()
    read(places[0], 'https://example.com/workers.git', 'a'.repeat(40))
    const wish = (...catalogs: string[]) => ({ catalogs, force: false })
    for (const name of ['workers', 'https://example.com/workers.git']) {
      expect(wantedBy(wish(name)), name).toEqual([places[0]])
      check(wish(name))
    }
    expect(() => check(wish('workers', 'elsewhere'))).toThrow(
      expect.objectContaining({
        code: 'catalog_not_found',
        message: expect.stringContaining('elsewhere'),
        next: expect.stringContaining('https://example.com/workers.git'),
      }),
    )
  })

  it('tells catalogs of others from its own, whatever those are called', () => {
    const { places, strangers, read } = roster()
    read(places[0], 'https://example.com/workers.git', 'a'.repeat(40))
    const own = [
      '/here/workers',
      'https://example.com/workers.git',
      'ssh://git@github.com/rbee/workers.git#stable',
    ]
    expect(strangers([...own, 'pushed'].map(stateOf)).map(({ catalog }) => catalog)).toEqual(['pushed'])
  })

  it('is concerned by pushes to what it reads, and to every branch where all of them count', () => {
    const { places, concernedBy, read } = roster()
    const name = 'https://github.com/rbee/other.git'
    read(places[2], '/srv/more workers', null)
    const push = (repository: string, ref: string) =>
      concernedBy({ repositories: [`https://github.com/rbee/${repository}`], ref })
    read(places[0], name, 'a'.repeat(40))
    expect(push('other', 'refs/heads/main')).toEqual([name])
    expect(push('other', 'refs/heads/one-worker')).toEqual([])
    read(places[0], name, `${'a'.repeat(40)}+${'b'.repeat(40)}`)
    expect(push('other', 'refs/heads/one-worker')).toEqual([name])
    expect(push('workers', 'refs/heads/anything')).toEqual(['ssh://git@github.com/rbee/workers.git#stable'])
    expect(push('more workers', 'refs/heads/main')).toEqual([])
  })

  it('is concerned by any push to the branch of a repository without an address, and not for a plain folder', () => {
    const { places, concernedBy, read } = roster()
    const push = (ref: string) => concernedBy({ repositories: ['https://github.com/rbee/elsewhere'], ref })
    expect(push('refs/heads/main')).toEqual(['/here/workers', '/srv/more workers'])
    read(places[0], '/here/workers', 'a'.repeat(40))
    read(places[2], '/srv/more workers', null)
    expect(push('refs/heads/main')).toEqual(['/here/workers'])
    expect(push('refs/heads/next')).toEqual([])
  })
})

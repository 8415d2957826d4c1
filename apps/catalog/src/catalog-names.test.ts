import type { CatalogState } from '@rbee/schema'
import { describe, expect, it } from 'vitest'
import { ownName, publicStatus, shownNames } from './catalog-names.ts'

const state = (catalog: string, overrides: Partial<CatalogState> = {}): CatalogState => ({
  catalog,
  commit: null,
  synced_at: null,
  accepted: [],
  refused: [],
  warnings: [],
  ...overrides,
})

const NAMES = [
  'https://git.example/workers',
  '/srv/catalogs/workers',
  '/home/ann/workers/',
  '/srv/catalogs/workers#next/one',
  'C:\\catalogs\\mine',
  '/',
  'workers',
]
const SHOWN = [
  'https://git.example/workers',
  'workers (2)',
  'workers (3)',
  'workers#next/one',
  'mine',
  'catalog',
  'workers',
]

describe('names of catalogs', () => {
  it('are those of their addresses, and of paths the last part, each once', () => {
    expect(NAMES.map((name) => shownNames(NAMES).get(name))).toEqual(SHOWN)
  })

  it('lead back to the catalogs', () => {
    const status = { catalogs: NAMES.map((name) => state(name)) }
    expect(SHOWN.map((name) => ownName(status, name))).toEqual(NAMES)
    expect(NAMES.map((name) => ownName(status, name))).toEqual(NAMES)
    expect(ownName(status, 'elsewhere')).toBe('elsewhere')
  })
})

describe('the status that everybody sees', () => {
  const finding = (message: string, next: string | null = null) =>
    ({ code: 'duplicate_id', severity: 'error', message, next, path: 'x' }) as const
  const place = { file: null, line: null, field: null, worker: null }

  it('names no path of the machine, whoever talks of it', () => {
    const { catalogs } = publicStatus({
      catalogs: [
        state('/srv/catalogs/workers', {
          refused: [{ ...finding('The catalog "/srv/catalogs/workers-2" brings it already'), ...place }],
          failure: {
            code: 'catalog_unreadable',
            message:
              "git: fatal: not a git repository: '/var/lib/rbee/git/0a1b.git' (see /v1/catalog/status)",
            next: 'check that its disk is mounted; if not: rbee-catalog sync --drop /srv/catalogs/workers',
          },
        }),
        state('/srv/catalogs/workers-2', {
          warnings: [
            { ...finding('copied from /srv/catalogs/workers/x', 'see https://a.example/b/c'), ...place },
          ],
          failure: {
            code: 'catalog_unreadable',
            message: 'file:///srv/x/y is gone, /etc/z/a too.',
            next: null,
          },
        }),
      ],
    })
    expect(JSON.stringify(catalogs)).not.toMatch(/\/srv|\/var|\/etc|file:/)
    expect(catalogs).toMatchObject([
      {
        catalog: 'workers',
        refused: [{ message: 'The catalog "workers-2" brings it already' }],
        failure: {
          message: "git: fatal: not a git repository: '…/0a1b.git' (see /v1/catalog/status)",
          next: 'check that its disk is mounted; if not: rbee-catalog sync --drop workers',
        },
      },
      {
        catalog: 'workers-2',
        warnings: [{ message: 'copied from workers/x', next: 'see https://a.example/b/c' }],
        failure: { message: '…/y is gone, …/a too.' },
      },
    ])
  })
})

import { openSqliteDatabase } from '@rbee/db/sqlite'
import { createReader } from '@rbee/registry'
import {
  type CatalogEntry,
  type CompiledCatalog,
  type Finding,
  type SyncFinish,
  type SyncInput,
  sha256Schema,
} from '@rbee/schema'
import { aCatalogEntry, aManifest, aRegistry } from '@rbee/testing'
import { describe, expect, it } from 'vitest'
import { type OutgoingCatalog, type SyncTarget, syncCatalogs } from './sync-catalogs.ts'
import { registryTarget } from './targets.ts'

/** Takes what it is sent, and remembers in which calls. */
function recordingTarget(needed: (id: string) => boolean = () => true) {
  const begun: SyncInput[] = []
  const added: string[][] = []
  const images: string[] = []
  const finished: SyncFinish[] = []
  let remaining = 0
  const target: SyncTarget = {
    states: async () => [],
    async begin(input) {
      begun.push(input)
      return { sync_id: input.catalog, needed: input.entries.map(({ id }) => id).filter(needed) }
    },
    async putImage(sha256) {
      images.push(sha256)
    },
    async add(_syncId, entries) {
      added.push(entries.map(({ manifest }) => manifest.id))
      return { refused: [] }
    },
    async finish(catalog, about) {
      finished.push(about)
      remaining = remaining === 0 ? 2 : remaining - 1
      return { catalog, commit: null, synced_at: '', accepted: [], refused: [], warnings: [], remaining }
    },
  }
  return { target, begun, images, added, finished }
}

function entry(id: string, fields: Partial<CatalogEntry> = {}): CatalogEntry {
  const git = { url: null, commit: null, branch: null, path: `workers/${id}` }
  return aCatalogEntry({ manifest: aManifest({ id }), git, ...fields })
}

function outgoing(
  catalog: string,
  entries: readonly CatalogEntry[],
  fields: Partial<CompiledCatalog> = {},
): OutgoingCatalog {
  const compiled = { catalog, commit: 'a'.repeat(40), entries, images: new Map(), findings: [], ...fields }
  return { compiled, compiler: 'test' }
}

/** A registry as a server holds it. */
function aServer() {
  const { registry, ports } = aRegistry(openSqliteDatabase(':memory:'))
  return registryTarget(registry, createReader(ports))
}

const community = { source: 'community' } as const

describe('syncCatalogs', () => {
  it('sends the pictures that needed entries name before them, each once', async () => {
    const { target, images, added } = recordingTarget((id) => id !== 'b')
    const shot = (digit: string): CatalogEntry['screenshots'][number] => ({
      ...{ path: `${digit}.png`, media_type: 'image/png', width: 1, height: 1 },
      sha256: sha256Schema.parse(digit.repeat(64)),
    })
    const entries = [
      entry('a', { screenshots: [shot('1'), shot('2')] }),
      entry('b', { screenshots: [shot('3')] }),
      entry('c', { screenshots: [shot('2')] }),
    ]
    const held = ['1', '2', '3'].map((digit) => [shot(digit).sha256, new Uint8Array()] as const)
    await syncCatalogs([outgoing('one', entries, { images: new Map(held) })], target)
    expect([images, added]).toEqual([[shot('1').sha256, shot('2').sha256], [['a', 'c']]])
  })

  it('sends only what the target needs, official workers of all catalogs first', async () => {
    const { target, added } = recordingTarget((id) => id !== 'b')
    const outcomes = await syncCatalogs(
      [outgoing('one', [entry('a', community), entry('b'), entry('c')]), outgoing('two', [entry('d')])],
      target,
    )
    expect(outcomes.map(({ sent }) => sent)).toEqual([2, 1])
    expect(added).toEqual([['c'], ['d'], ['a']])
  })

  it('sends at most 50 entries and two megabytes at once', async () => {
    const { target, added } = recordingTarget()
    const small = Array.from({ length: 101 }, (_, index) => entry(`s${index}`))
    const large = Array.from({ length: 5 }, (_, index) => entry(`l${index}`, { readme: 'x'.repeat(500_000) }))
    const progress: number[] = []
    await syncCatalogs([outgoing('c', [...small, ...large])], target, ({ sent }) => progress.push(sent))
    expect(added.map((call) => call.length)).toEqual([50, 50, 5, 1])
    expect(progress).toEqual([50, 100, 105, 106])
  })

  it('goes on finishing as long as documents remain to be written', async () => {
    const { target, finished } = recordingTarget()
    await syncCatalogs([outgoing('c', [])], target)
    expect(finished).toHaveLength(3)
  })

  it('tells what compiled a commit only where the commit decides everything', async () => {
    const changes: Finding = {
      code: 'uncommitted_changes',
      severity: 'warning',
      message: 'x',
      next: null,
      path: '.',
      file: null,
      line: null,
      field: null,
      worker: null,
    }
    const { target, finished } = recordingTarget()
    await syncCatalogs([outgoing('clean', []), outgoing('dirty', [], { findings: [changes] })], target)
    expect(finished.map(({ compiler }) => compiler)).toEqual([
      'test',
      'test',
      'test',
      undefined,
      undefined,
      undefined,
    ])
  })
})

describe('several catalogs in one registry', () => {
  const refusedOf = (outcomes: Awaited<ReturnType<typeof syncCatalogs>>) =>
    outcomes.map(({ state }) => state.refused.map(({ code, worker, path }) => `${worker} ${code} ${path}`))

  it('give a name to the official worker, wherever it stands', async () => {
    const outcomes = await syncCatalogs(
      [
        outgoing('first', [entry('echo-worker', community), entry('ech0-worker', community)]),
        outgoing('second', [entry('echo-worker')]),
      ],
      aServer(),
    )
    expect(refusedOf(outcomes)[0]?.toSorted()).toEqual([
      'ech0-worker name_too_similar workers/ech0-worker',
      expect.stringMatching(/^echo-worker (duplicate_id|name_taken) workers\/echo-worker$/),
    ])
    expect(refusedOf(outcomes)[1]).toEqual([])
  })

  it('of the same kind give a name to the first one', async () => {
    const outcomes = await syncCatalogs(
      [
        outgoing('first', [entry('echo-worker', community)]),
        outgoing('second', [entry('echo-worker', community)]),
      ],
      aServer(),
    )
    expect(refusedOf(outcomes)).toEqual([[], [expect.stringMatching(/^echo-worker duplicate_id/)]])
    expect(outcomes.map(({ changed }) => changed)).toEqual([true, false])
  })

  it('are read again, although their commits stay, when the one that held a name lost it', async () => {
    const target = aServer()
    const first = (ids: readonly string[]) =>
      outgoing(
        'first',
        ids.map((id) => entry(id, community)),
      )
    await syncCatalogs(
      [first(['echo-worker']), outgoing('second', [entry('echo-worker', community)])],
      target,
    )
    const compilers = async () => (await target.states()).map(({ compiler }) => compiler)
    expect(await compilers()).toEqual(['test', 'test'])
    await syncCatalogs([first([])], target)
    expect(await compilers()).toEqual(['test', undefined])
  })

  it('protect official names of all of them before any worker of the community is taken', async () => {
    const outcomes = await syncCatalogs(
      [
        outgoing('first', [entry('song-worker'), entry('ech0-worker', community)]),
        outgoing('second', [entry('echo-worker')]),
      ],
      aServer(),
    )
    expect(refusedOf(outcomes)).toEqual([['ech0-worker name_too_similar workers/ech0-worker'], []])
  })

  it('hand a worker that moves from one to the other over in one go', async () => {
    const target = aServer()
    await syncCatalogs(
      [outgoing('first', [entry('echo-worker'), entry('song-worker')]), outgoing('second', [])],
      target,
    )
    const moved = await syncCatalogs(
      [outgoing('first', [entry('song-worker')]), outgoing('second', [entry('echo-worker')])],
      target,
    )
    expect(refusedOf(moved)).toEqual([[], []])
    expect(moved.map(({ state }) => state.accepted.map(({ id }) => id))).toEqual([
      ['song-worker'],
      ['echo-worker'],
    ])
    expect(moved.map(({ changed }) => changed)).toEqual([true, true])
  })

  it('tell paths as the catalog sees them, of what is accepted and of what is refused', async () => {
    const folder = { folder: 'workers' }
    const target = aServer()
    await syncCatalogs([outgoing('first', [entry('echo-worker')])], target)
    const [outcome] = await syncCatalogs(
      [outgoing('second', [entry('echo-worker'), entry('song-worker')], folder)],
      target,
    )
    expect(outcome?.state.accepted).toEqual([{ id: 'song-worker', version: '1.0.0', path: 'song-worker' }])
    expect(outcome?.state.refused.map(({ path }) => path)).toEqual(['echo-worker'])
  })

  it('change nothing the second time', async () => {
    const target = aServer()
    const catalogs = [outgoing('first', [entry('echo-worker')])]
    expect(await syncCatalogs(catalogs, target)).toMatchObject([{ sent: 1, changed: true }])
    expect(await syncCatalogs(catalogs, target)).toMatchObject([{ sent: 0, changed: false }])
    expect(await syncCatalogs([outgoing('first', [])], target)).toMatchObject([{ sent: 0, changed: true }])
  })
})

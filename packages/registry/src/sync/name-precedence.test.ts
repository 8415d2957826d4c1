import { openSqliteDatabase } from '@rbee/db/sqlite'
import type { CatalogEntry, SourceKind } from '@rbee/schema'
import {
  aCaller,
  aCatalogEntry,
  aManifest,
  anOperator,
  aRegistry,
  aReleaseInput,
  artifactOf,
  aWorkerId,
  packedArchive,
  sendArchive,
  syncCatalog,
  type TestRegistry,
} from '@rbee/testing'
import { expect, it } from 'vitest'
import { createReader } from '../reader/index.ts'

/** A folder of a catalog, in the shortest form that a table can read. */
interface Folder {
  readonly id: string
  readonly features?: readonly string[]
  readonly source?: SourceKind
  readonly layout?: CatalogEntry['layout']
  readonly version?: string
  readonly maintainers?: string[]
}

type Step =
  /** What a catalog holds now, and what becomes of it: `ID` where it is accepted, `ID: CODE` where it is refused. */
  | { readonly sync: string; readonly holds: readonly Folder[]; readonly gives: readonly string[] }
  | { readonly drop: string }
  | { readonly publish: string; readonly by: 'token' | 'operator' }
  /** Where addresses lead: `WORKER VARIANT`, or nowhere. */
  | { readonly leads: Readonly<Record<string, string | null>> }

const community = (id: string, more: Partial<Folder> = {}): Folder => ({ id, source: 'community', ...more })
const official = (id: string, more: Partial<Folder> = {}): Folder => ({ id, source: 'official', ...more })

const RULES: Readonly<Record<string, readonly Step[]>> = {
  'an id belongs to the catalog that brought it first': [
    { sync: 'a', holds: [community('paint-worker')], gives: ['paint-worker'] },
    {
      sync: 'b',
      holds: [official('paint-worker', { version: '9.0.0' })],
      gives: ['paint-worker: duplicate_id'],
    },
    { leads: { 'paint-worker': 'paint-worker -' } },
  ],
  'an id belongs to the publisher who published it first': [
    { publish: 'paint-worker', by: 'token' },
    { sync: 'a', holds: [official('paint-worker')], gives: ['paint-worker: name_taken'] },
  ],
  'what an operator published first, his catalogs may describe': [
    { publish: 'paint-worker', by: 'operator' },
    { sync: 'a', holds: [official('paint-worker')], gives: ['paint-worker'] },
    { sync: 'b', holds: [official('paint-worker')], gives: ['paint-worker: duplicate_id'] },
  ],
  'an id stays with a worker that is gone, and its catalog may bring it again': [
    { sync: 'a', holds: [community('paint-worker')], gives: ['paint-worker'] },
    { sync: 'a', holds: [], gives: [] },
    {
      sync: 'b',
      holds: [community('paint', { features: ['worker'] })],
      gives: ['paint: name_taken'],
    },
    { sync: 'a', holds: [community('paint-worker')], gives: ['paint-worker'] },
  ],
  'an id of a catalog that was dropped goes to the next that brings it': [
    { sync: 'old', holds: [official('paint-worker')], gives: ['paint-worker'] },
    { sync: 'new', holds: [official('paint-worker')], gives: ['paint-worker: duplicate_id'] },
    { drop: 'old' },
    { sync: 'new', holds: [official('paint-worker')], gives: ['paint-worker'] },
    { sync: 'old', holds: [official('paint-worker')], gives: ['paint-worker: duplicate_id'] },
  ],
  'an official id is not passed on to the community of another catalog': [
    { sync: 'old', holds: [official('paint-worker')], gives: ['paint-worker'] },
    { drop: 'old' },
    { sync: 'new', holds: [community('paint-worker')], gives: ['paint-worker: name_taken'] },
  ],
  'a worker that its catalog gives to the community loses the addresses of official ones': [
    { sync: 'a', holds: [official('paint-worker')], gives: ['paint-worker'] },
    { leads: { 'paint-worker-rbee': 'paint-worker -', 'paint-worker-rbee-cpu': 'paint-worker cpu' } },
    { sync: 'a', holds: [community('paint-worker')], gives: ['paint-worker'] },
    {
      leads: {
        'paint-worker-cpu': 'paint-worker cpu',
        'paint-worker-rbee': null,
        'paint-worker-rbee-cpu': null,
      },
    },
    { sync: 'a', holds: [official('paint-worker')], gives: ['paint-worker'] },
    { leads: { 'paint-worker-rbee': 'paint-worker -' } },
  ],
  'a reserved name is told to be reserved, also where somebody has it': [
    { sync: 'a', holds: [official('song-rbee')], gives: ['song-rbee'] },
    { sync: 'b', holds: [community('song-rbee')], gives: ['song-rbee: name_reserved'] },
    {
      sync: 'c',
      holds: [community('song', { features: ['rbee'] }), community('song-rbee')],
      gives: ['song-rbee: name_reserved', 'song: name_reserved'],
    },
  ],
  'of an official and a community claim for the same name, the official one wins': [
    {
      sync: 'a',
      holds: [community('paint-worker-cuda'), official('paint-worker', { features: ['cuda'] })],
      gives: ['paint-worker', 'paint-worker-cuda: name_taken'],
    },
  ],
  'names collide through their variants, whichever way they are cut': [
    {
      sync: 'a',
      holds: [
        official('a', { features: ['b-c'] }),
        official('a-b', { features: ['c'] }),
        official('a-b-c', { layout: 'folder' }),
      ],
      gives: ['a', 'a-b-c: name_taken', 'a-b: name_taken'],
    },
    { leads: { 'a-b-c': 'a b-c', 'a-b': null } },
  ],
  'in a folder of its own, an id has no variants to collide': [
    {
      sync: 'a',
      holds: [
        official('paint-worker', { layout: 'folder', features: ['cuda'] }),
        official('paint-worker-cuda', { layout: 'folder' }),
        official('song-worker', { layout: 'branch', features: ['cuda'] }),
        official('song-worker-cuda', { layout: 'branch' }),
      ],
      gives: ['paint-worker', 'paint-worker-cuda', 'song-worker', 'song-worker-cuda'],
    },
  ],
  'the name of a variant that is no more stays with its worker, and leads nowhere': [
    { sync: 'a', holds: [official('paint-worker', { features: ['cpu', 'cuda'] })], gives: ['paint-worker'] },
    {
      sync: 'a',
      holds: [
        official('paint-worker', { features: ['cpu', 'rocm'], version: '1.1.0' }),
        official('paint-worker-cuda', { layout: 'folder' }),
      ],
      gives: ['paint-worker', 'paint-worker-cuda: name_taken'],
    },
    { leads: { 'paint-worker-rocm': 'paint-worker rocm', 'paint-worker-cuda': null } },
  ],
  'a variant that is added may not have the name of another worker': [
    { sync: 'b', holds: [official('hum-cuda', { layout: 'folder' })], gives: ['hum-cuda'] },
    {
      sync: 'b',
      holds: [official('hum-cuda', { layout: 'folder' }), official('hum')],
      gives: ['hum', 'hum-cuda'],
    },
    {
      sync: 'b',
      holds: [
        official('hum-cuda', { layout: 'folder' }),
        official('hum', { features: ['cpu', 'cuda'], version: '2.0.0' }),
      ],
      gives: ['hum-cuda', 'hum: name_taken'],
    },
    { leads: { hum: 'hum -', 'hum-cpu': 'hum cpu', 'hum-cuda': 'hum-cuda -' } },
  ],
  'an alias is left to the worker that has it as its id': [
    {
      sync: 'a',
      holds: [official('llm-worker'), official('llm-worker-rbee-cpu', { layout: 'folder' })],
      gives: ['llm-worker', 'llm-worker-rbee-cpu'],
    },
    {
      leads: {
        'llm-worker-rbee-cpu': 'llm-worker-rbee-cpu -',
        'llm-worker-rbee': 'llm-worker -',
        cpu: 'llm-worker cpu',
      },
    },
  ],
  'the words of backends lead to the official LLM worker only': [
    { sync: 'a', holds: [community('llm-worker')], gives: ['llm-worker'] },
    { leads: { cpu: null, 'llm-worker-rbee': null, 'llm-worker-cpu': 'llm-worker cpu' } },
  ],
  'the official form is for official workers': [
    {
      sync: 'a',
      holds: [
        community('paint-rbee'),
        community('paint-rbee-cpu'),
        community('paint', { features: ['rbee'] }),
        community('rbeehive'),
        community('com1'),
        official('song-rbee'),
      ],
      gives: [
        'com1: name_reserved',
        'paint-rbee-cpu: name_reserved',
        'paint-rbee: name_reserved',
        'paint: name_reserved',
        'rbeehive',
        'song-rbee',
      ],
    },
  ],
  'a worker that left its catalog may not come back with an older version, unless the catalog was dropped': [
    { sync: 'a', holds: [official('paint-worker', { version: '1.2.0' })], gives: ['paint-worker'] },
    { sync: 'a', holds: [], gives: [] },
    {
      sync: 'a',
      holds: [official('paint-worker', { version: '1.1.0' })],
      gives: ['paint-worker: downgrade'],
    },
    { sync: 'b', holds: [official('paint-worker')], gives: ['paint-worker: downgrade'] },
    { sync: 'a', holds: [official('paint-worker', { version: '1.2.0' })], gives: ['paint-worker'] },
    { drop: 'a' },
    { sync: 'c', holds: [official('paint-worker')], gives: ['paint-worker'] },
  ],
  'a version may not go back, and neither may its pre-releases': [
    { sync: 'a', holds: [official('paint-worker', { version: '1.10.0' })], gives: ['paint-worker'] },
    {
      sync: 'a',
      holds: [official('paint-worker', { version: '1.9.0' })],
      gives: ['paint-worker: downgrade'],
    },
    {
      sync: 'a',
      holds: [official('paint-worker', { version: '1.10.0-rc.1' })],
      gives: ['paint-worker: downgrade'],
    },
    { sync: 'a', holds: [official('paint-worker', { version: '1.10.0' })], gives: ['paint-worker'] },
  ],
  'what looks like an official id is refused to the community, also folded and in short': [
    {
      sync: 'a',
      holds: [
        official('paint-worker'),
        official('ocr'),
        community('pa1nt-worker'),
        community('p-aint-worker'),
        community('paintworker'),
        community('paint-workers'),
        community('piant-worker'),
        community('paint-wrker'),
        community('0cr'),
        community('o-cr'),
        community('ocs'),
        community('print-works'),
      ],
      gives: [
        '0cr: name_too_similar',
        'o-cr: name_too_similar',
        'ocr',
        'ocs',
        'p-aint-worker: name_too_similar',
        'pa1nt-worker: name_too_similar',
        'paint-worker',
        'paint-workers: name_too_similar',
        'paint-wrker: name_too_similar',
        'paintworker: name_too_similar',
        'piant-worker: name_too_similar',
        'print-works',
      ],
    },
  ],
  'what looks like an address of an official variant is refused as well': [
    { sync: 'a', holds: [official('paint-worker', { features: ['cuda'] })], gives: ['paint-worker'] },
    {
      sync: 'b',
      holds: [
        community('paint-worker-cuds', { layout: 'folder' }),
        community('paint-work', { features: ['er-cuda'] }),
        community('brush', { features: ['cuda'] }),
      ],
      gives: ['brush', 'paint-work: name_too_similar', 'paint-worker-cuds: name_too_similar'],
    },
  ],
  'short ids with long variants are held against each other as ids': [
    {
      sync: 'a',
      holds: [official('llm', { features: ['cpu-avx512'] }), community('vlm', { features: ['cpu-avx512'] })],
      gives: ['llm', 'vlm'],
    },
  ],
  'in the same catalog, ids of other maintainers are protected, those of the same are not': [
    {
      sync: 'a',
      holds: [
        community('sketch-worker', { maintainers: ['ann'] }),
        community('sketch-workers', { maintainers: ['bob', 'ann'] }),
        community('sketch-w0rker', { maintainers: ['bob'] }),
      ],
      gives: ['sketch-w0rker: name_too_similar', 'sketch-worker', 'sketch-workers'],
    },
    { sync: 'b', holds: [community('sketch-work3r', { maintainers: ['eve'] })], gives: ['sketch-work3r'] },
  ],
  'a worker that is there already stays, whatever it looks like': [
    { sync: 'a', holds: [community('sketch-worker', { maintainers: ['ann'] })], gives: ['sketch-worker'] },
    {
      sync: 'a',
      holds: [
        official('sketch-workers'),
        community('sketch-worker', { maintainers: ['ann'], version: '1.1.0' }),
      ],
      gives: ['sketch-worker', 'sketch-workers'],
    },
  ],
  'entries that name no maintainer cannot be told apart, and are not held against each other': [
    {
      sync: 'a',
      holds: [community('bulk-worker-001'), community('bulk-worker-002')],
      gives: ['bulk-worker-001', 'bulk-worker-002'],
    },
  ],
  'a refusal ends with what it was for': [
    { sync: 'a', holds: [official('paint-worker')], gives: ['paint-worker'] },
    { sync: 'b', holds: [official('paint-worker')], gives: ['paint-worker: duplicate_id'] },
    { sync: 'b', holds: [official('paint-worker')], gives: ['paint-worker: duplicate_id'] },
    { sync: 'a', holds: [], gives: [] },
    { sync: 'b', holds: [official('paint-worker')], gives: ['paint-worker'] },
  ],
}

it.each(Object.entries(RULES))('%s', async (_rule, steps) => {
  const world = aRegistry(openSqliteDatabase(':memory:'))
  for (const [number, step] of steps.entries()) {
    if ('sync' in step) {
      expect({ number, gives: await outcomeOf(world, step.sync, step.holds) }).toEqual({
        number,
        gives: [...step.gives].toSorted(),
      })
    } else if ('drop' in step) {
      await world.registry.dropCatalog(anOperator(), step.drop)
    } else if ('publish' in step) {
      await publish(world, step.publish, step.by === 'token' ? aCaller() : anOperator())
    } else {
      expect({ number, leads: await destinations(world, Object.keys(step.leads)) }).toEqual({
        number,
        leads: step.leads,
      })
    }
  }
})

async function outcomeOf(
  { registry }: TestRegistry,
  catalog: string,
  folders: readonly Folder[],
): Promise<string[]> {
  const { state } = await syncCatalog(registry, catalog, folders.map(entryOf))
  const refused = state.refused.map(({ worker, code }) => `${worker}: ${code}`)
  const current = new Set(state.refused.map(({ worker }) => worker))
  const accepted = state.accepted.map(({ id }) => id).filter((id) => !current.has(id))
  return [...accepted, ...refused].toSorted()
}

function entryOf({
  id,
  features = ['cpu'],
  source,
  layout,
  version,
  maintainers = [],
}: Folder): CatalogEntry {
  const requirements = Object.fromEntries(features.map((feature) => [feature, { priority: 1 }]))
  const build = { features: [...features], default_feature: features[0] ?? 'cpu' }
  return aCatalogEntry({
    manifest: aManifest({ id, build, requirements, maintainers }),
    git: { url: null, commit: null, branch: null, path: id },
    ...(source === undefined ? {} : { source }),
    ...(layout === undefined ? {} : { layout }),
    ...(version === undefined ? {} : { version }),
  })
}

async function publish({ registry }: TestRegistry, id: string, caller: ReturnType<typeof aCaller>) {
  const packed = await packedArchive({ [`bin/${id}`]: 'program' })
  await sendArchive(registry, caller, packed)
  const input = aReleaseInput({ manifest: aManifest({ id }), artifacts: [artifactOf([packed])] })
  await registry.publishRelease(caller, aWorkerId(id), input)
}

async function destinations({ ports }: TestRegistry, addresses: readonly string[]) {
  const reader = createReader(ports)
  const leads = addresses.map(async (address) => {
    const target = await reader.resolve(address)
    return [address, target && `${target.worker} ${target.variant ?? '-'}`] as const
  })
  return Object.fromEntries(await Promise.all(leads))
}

import { legacyWorkerSchema, type ManifestInput, type WorkerDocument } from '@rbee/schema'
import { aCatalogEntry, aManifest, EARLIER_READERS } from '@rbee/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { WorkerRecord } from '../ports/database.ts'
import { composeWorker } from './compose-worker.ts'
import { legacyWorkerAt, legacyWorkersOf } from './legacy.ts'
import {
  aRecord,
  binaryElsewhere,
  communityPublished,
  folderWorker,
  hybridOfficial,
  sourceOnly,
} from './samples.ts'

const SAMPLES = [hybridOfficial(), folderWorker(), communityPublished(), sourceOnly(), binaryElsewhere()]

function workerOf(record: WorkerRecord): WorkerDocument {
  const composed = composeWorker(record)
  if (composed === null) throw new Error('nothing is visible')
  return composed.worker
}

const workerWith = (manifest: Partial<ManifestInput>) =>
  workerOf(aRecord('official', aCatalogEntry({ manifest: aManifest(manifest) })))

describe.each(Object.entries(EARLIER_READERS))('%s', (_reader, schema) => {
  it('can read every sample', () => {
    for (const record of SAMPLES) {
      const worker = workerOf(record)
      const entries = [...legacyWorkersOf(worker), legacyWorkerAt(worker, null)]
      for (const entry of entries) expect(() => schema.parse(entry)).not.toThrow()
    }
  })

  it('can read a worker whatever it is made of', () => {
    fc.assert(
      fc.property(anyManifest, (manifest) => {
        for (const entry of legacyWorkersOf(workerWith(manifest))) {
          expect(schema.safeParse(entry).error?.issues).toBeUndefined()
        }
      }),
    )
  })
})

/** Implementations, build systems, backends and platforms, foreign to earlier readers or not. */
const anyManifest = fc.record({
  implementation: fc.option(fc.stringMatching(/^[a-z0-9+#-]{1,30}$/), { nil: undefined }),
  build: fc
    .record({
      features: fc.uniqueArray(fc.constantFrom('cpu', 'cpu-avx512', 'cuda', 'metal', 'rocm', 'vulkan'), {
        minLength: 1,
      }),
      system: fc.option(fc.constantFrom('cargo', 'npm', 'pip', 'cmake', 'make'), { nil: undefined }),
    })
    .map((build) => ({ ...build, default_feature: build.features[0] ?? 'cpu' })),
  platforms: fc
    .record({ linux: anyArchitectures(), macos: anyArchitectures(), windows: anyArchitectures() })
    .filter(({ linux, macos, windows }) => linux.length + macos.length + windows.length > 0),
})

function anyArchitectures() {
  return fc.uniqueArray(fc.constantFrom('x86_64' as const, 'aarch64' as const))
}

describe('legacyWorkersOf', () => {
  it('has one entry for each variant whose backend earlier readers know, each with all of these', () => {
    const entries = legacyWorkersOf(workerOf(hybridOfficial()))
    expect(entries.map(({ id }) => id)).toEqual(['llm-worker-cpu', 'llm-worker-cuda', 'llm-worker-metal'])
    for (const { variants } of entries) {
      expect(variants.map(({ backend }) => backend)).toEqual(['cpu', 'cuda', 'metal'])
    }
  })

  it('says the same in both spellings, and holds nothing that its schema does not name', () => {
    for (const entry of SAMPLES.flatMap((record) => legacyWorkersOf(workerOf(record)))) {
      expect(legacyWorkerSchema.strict().parse(entry)).toEqual(entry)
      expect(entry.pkgbuildUrl).toBe(entry.pkgbuild_url)
      expect(entry.capabilities.supportedFormats).toEqual(entry.supported_formats)
      expect(entry.maxContextLength).toBe(entry.max_context_length)
      expect(entry.arch).toEqual(entry.architectures)
    }
  })

  it('composes an entry', async () => {
    const [, cuda] = legacyWorkersOf(workerOf(hybridOfficial()))
    await expect(`${JSON.stringify(cuda, null, 2)}\n`).toMatchFileSnapshot('./fixtures/legacy-entry.json')
  })

  it('names a backend only where it exists', () => {
    const [cpu, cuda, metal] = legacyWorkersOf(workerOf(hybridOfficial()))
    expect(cpu).toMatchObject({
      platforms: ['linux', 'macos', 'windows'],
      architectures: ['x86_64', 'aarch64'],
    })
    expect(cuda?.platforms).toEqual(['linux', 'windows'])
    expect(metal).toMatchObject({ platforms: ['macos'], architectures: ['aarch64'] })
  })

  it('has a single entry, of the default variant, where all variants share the id', () => {
    const entries = legacyWorkersOf(workerOf(binaryElsewhere()))
    expect(entries.map(({ id, variant }) => `${id} ${variant}`)).toEqual(['premium-worker cpu'])
    expect(entries[0]?.variants.map(({ backend }) => backend)).toEqual(['cuda', 'cpu'])
  })

  it('has none of a worker whose backends are all unknown to earlier readers', () => {
    const worker = workerWith({ build: { features: ['vulkan'], default_feature: 'vulkan' } })
    expect(legacyWorkersOf(worker)).toEqual([])
    expect(legacyWorkerAt(worker, null)).toBeNull()
  })

  it.each([
    ['rust', 'cargo', 'rust', 'cargo'],
    ['typescript', 'npm', 'python', 'cmake'],
    ['python', 'pip', 'python', 'cmake'],
    ['c', 'make', 'cpp', 'cmake'],
    ['go', undefined, 'cpp', 'cmake'],
    [undefined, 'cmake', 'cpp', 'cmake'],
    [undefined, 'npm', 'python', 'cmake'],
    [undefined, undefined, 'rust', 'cargo'],
  ] as const)('maps %s built by %s to %s and %s', (implementation, system, nearest, nearestSystem) => {
    const build = { features: ['cpu'], default_feature: 'cpu', system }
    expect(legacyWorkersOf(workerWith({ implementation, build }))[0]).toMatchObject({
      implementation: nearest,
      buildSystem: nearestSystem,
      build_system: nearestSystem,
    })
  })
})

describe('legacyWorkerAt', () => {
  const worker = workerOf(hybridOfficial())

  it('keeps the address that was asked for as the id', () => {
    expect(legacyWorkerAt(worker, null)).toMatchObject({
      id: 'llm-worker',
      variant: 'cpu',
      pkgbuild_url: '/workers/llm-worker/PKGBUILD',
    })
    expect(legacyWorkerAt(worker, 'cuda')).toMatchObject({
      id: 'llm-worker-cuda',
      variant: 'cuda',
      pkgbuild_url: '/workers/llm-worker-cuda/PKGBUILD',
    })
  })

  it('takes another known variant where earlier readers do not know the default one', () => {
    const build = { features: ['vulkan', 'rocm', 'cpu'], default_feature: 'vulkan' }
    expect(legacyWorkerAt(workerWith({ build }), null)).toMatchObject({ id: 'echo-worker', variant: 'rocm' })
    expect(legacyWorkerAt(workerWith({ build }), 'vulkan')).toBeNull()
  })
})

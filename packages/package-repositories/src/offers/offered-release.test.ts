import { workerIdSchema } from '@rbee/schema'
import { describe, expect, it } from 'vitest'
import { packageOffers } from '../pacman/package-offer.ts'
import { type SampleRegistry, type SampleWorker, sampleRegistry } from '../testing/sample-registry.ts'
import { offeredWorker } from './offered-release.ts'

const ID = workerIdSchema.parse('echo-worker')

/** What is offered after these releases were published, the newest last. */
async function offered(...releases: readonly Omit<SampleWorker, 'id'>[]) {
  return offeredOf(await published(...releases))
}

async function published(...releases: readonly Omit<SampleWorker, 'id'>[]): Promise<SampleRegistry> {
  const registry = sampleRegistry()
  for (const release of releases) await registry.publish({ id: ID, ...release })
  return registry
}

async function offeredOf(registry: SampleRegistry) {
  const worker = await offeredWorker(registry, ID)
  return worker && [worker.linux?.version ?? null, worker.macos?.version ?? null]
}

describe('the release that is offered', () => {
  const both = { platforms: ['linux-x86_64', 'macos-aarch64'] } as const

  it('is the newest, for each system by itself', async () => {
    expect(await offered({ version: '0.1.0', ...both }, { version: '0.2.0', ...both })).toEqual([
      '0.2.0',
      '0.2.0',
    ])
    const later = { version: '0.2.0', platforms: ['linux-x86_64'] } as const
    const registry = await published({ version: '0.1.0', ...both }, later)
    registry.revise(ID, (_release, worker) => void worker.platforms.push({ os: 'macos', arch: 'aarch64' }))
    expect(await offeredOf(registry)).toEqual(['0.2.0', '0.1.0'])
  })

  it.each<[string, Partial<SampleWorker>]>([
    ['yanked', { yanked: 'broken' }],
    ['quarantined', { quarantined: 'malware' }],
    ['a pre-release', { version: '0.2.0-rc.1' }],
    ['for another system', { platforms: ['windows-x86_64'] }],
  ])('is an earlier one where the newest is %s, and none where there is no other', async (_what, change) => {
    const newest = { version: '0.2.0', ...change }
    expect(await offered({ version: '0.1.0' }, newest)).toEqual(['0.1.0', null])
    expect(await offered(newest)).toEqual([null, null])
  })

  it('is none of a worker that needs a licence, is gone, or never was', async () => {
    expect(await offered({ requiresLicense: true })).toBeNull()
    expect(await offeredOf(sampleRegistry())).toBeNull()
  })

  it('asks for two documents of an ordinary worker', async () => {
    const registry = await published({ version: '0.1.0' }, { version: '0.2.0' })
    const asked: string[] = []
    const counting = new Proxy(registry, {
      get(target, name: keyof SampleRegistry) {
        asked.push(name)
        return target[name]
      },
    })
    expect(await offeredOf(counting)).toEqual(['0.2.0', null])
    expect(asked).toEqual(['worker', 'release'])
  })
})

describe('packages of a release', () => {
  const names = async (release: Omit<SampleWorker, 'id'>) => {
    const worker = await offeredWorker(await published(release), ID)
    return worker && packageOffers(worker).map(({ fileName }) => fileName)
  }

  it('are one for each variant and architecture, named by the variant', async () => {
    expect(
      await names({
        variants: ['cpu', 'cuda'],
        platforms: ['linux-x86_64', 'linux-aarch64', 'macos-aarch64'],
      }),
    ).toEqual([
      'echo-worker-cpu-bin-0.1.0-1-x86_64.pkg.tar.zst',
      'echo-worker-cpu-bin-0.1.0-1-aarch64.pkg.tar.zst',
      'echo-worker-cuda-bin-0.1.0-1-x86_64.pkg.tar.zst',
      'echo-worker-cuda-bin-0.1.0-1-aarch64.pkg.tar.zst',
    ])
  })

  it('are those of the default variant where variants share an id', async () => {
    expect(await names({ variants: ['cpu', 'cuda'], address: () => 'echo-worker' })).toEqual([
      'echo-worker-bin-0.1.0-1-x86_64.pkg.tar.zst',
    ])
  })

  it.each(['../echo', 'a b', '-echo', 'echo;x', 'ECHO', ''])(
    'are none for the address %j',
    async (address) => {
      expect(await names({ address: () => address })).toEqual([])
    },
  )

  it('hold versions that pacman takes', async () => {
    expect(await names({ version: '1.0.0+build-7' })).toEqual([
      'echo-worker-cpu-bin-1.0.0+build_7-1-x86_64.pkg.tar.zst',
    ])
  })
})

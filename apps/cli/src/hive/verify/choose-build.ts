import { RbeeError } from '@rbee/schema'
import { meansInstalled, parseWorkerAddress, variantOfAddress } from '../address.ts'
import type { HiveHome } from '../home.ts'
import { plan } from '../install.ts'
import { type InstalledBuild, type InstalledWorker, listInstalled, requireInstalled } from '../installed.ts'
import type { VerifiedConnection } from '../trust/connect-verified.ts'
import type { BuildToVerify } from './verify-worker.ts'

export interface BuildQuestion {
  readonly home: HiveHome
  /** `llm-worker`, or `llm-worker@0.1.0` for a release that need not be installed. */
  readonly text: string | undefined
  /** Reaches the registry of a release that is not installed. */
  readonly offer: () => Promise<VerifiedConnection>
  readonly profile: () => Promise<Parameters<typeof plan>[0]['profile']>
}

/**
 * The build that a user means: the installed one, or, of a version that is not installed, the one that would be. Fails with
 * `not_installed`, `no_binary`, and as asking the registry does.
 */
export async function chooseBuild(question: BuildQuestion): Promise<BuildToVerify> {
  const { home, text } = question
  const { address, version } = parseWorkerAddress(text)
  if (version === null) {
    const installed = await requireInstalled(home, address).catch((error: unknown) => {
      if (!(error instanceof RbeeError) || error.code !== 'not_installed') throw error
      const next = `name a version to see what a registry offers: rbee-hive verify ${address}@VERSION`
      throw new RbeeError('not_installed', error.message, { next, cause: error })
    })
    return installedBuild(installed, installed.active)
  }
  const { sound } = await listInstalled(home)
  const worker = sound.find(({ id, active }) => meansInstalled(address, { id, variant: active.variant }))
  const builds = worker === undefined ? [] : [worker.active, worker.previous]
  const build = builds.find((one) => one?.version === version)
  if (worker !== undefined && build) return installedBuild(worker, build)
  return offeredBuild(question, address, version)
}

function installedBuild({ id }: InstalledWorker, build: InstalledBuild): BuildToVerify {
  const { version, variant, platform, digest, registry } = build
  return { worker: id, version, variant, platform, digest, registry, installed: build, release: null }
}

async function offeredBuild(
  { home, offer, profile }: BuildQuestion,
  address: string,
  version: string,
): Promise<BuildToVerify> {
  const { url: registry, client } = await offer()
  const release = await client.getRelease(address, version)
  const variant = variantOfAddress(address, release) ?? undefined
  const planned = plan({ release, profile: await profile(), registry, variant, allowYanked: true, home })
  const name = planned.variant ?? variant ?? release.default_variant
  const artifacts = release.variants.find((one) => one.name === name)?.artifacts ?? []
  const artifact = artifacts.find(({ platform }) => platform === planned.platform) ?? artifacts[0]
  if (artifact === undefined) {
    throw new RbeeError(
      'no_binary',
      `${release.worker} ${version} has no binary whose maker could be known`,
      {
        next: `see what it has with: rbee-hive info ${release.worker}@${version}`,
      },
    )
  }
  const { platform, digest } = artifact
  return {
    worker: release.worker,
    version,
    variant: name,
    platform,
    digest,
    registry,
    installed: null,
    release,
  }
}

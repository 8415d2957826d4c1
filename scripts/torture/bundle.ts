import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { openBundle } from '../../apps/cli/src/hive/bundle/open-bundle.ts'
import { RbeeError } from '../../packages/schema/src/index.ts'
import { Breach, mustEqual } from './breach.ts'
import { homeCheck } from './home-check.ts'
import { mustSucceed } from './processes.ts'
import { noiseOf, packRelease, sendRelease, writeHostProfile, writeIdleWorker } from './releases.ts'
import type { SharedCatalog } from './shared-catalog.ts'
import type { Stage } from './stage.ts'
import type { OpenVictim, Victim } from './victim.ts'

const VERSIONS = ['1.0.0', '2.0.0', '3.0.0'] as const
const BYTES = 1_000_000
const FILE = 'workers.rbee'

const versionOf = (round: number) => VERSIONS[round % VERSIONS.length] ?? VERSIONS[0]
const versionBefore = (round: number) => (round === 0 ? null : versionOf(round - 1))

/** `rbee-hive bundle create`: the same file with another version in every round. */
export const bundleCreate: Victim = { name: 'bundle-create', inARow: 4, open: openCreate }

/** `rbee-hive bundle install`: another version in every round. */
export const bundleInstall: Victim = { name: 'bundle-install', inARow: 4, open: openInstall }

async function openCreate(stage: Stage, catalog: SharedCatalog): Promise<OpenVictim> {
  const id = 'crate-worker'
  const { url } = await publishVersions(stage, catalog, id)
  const host = await writeHostProfile(stage)
  const folder = join(stage.folder, 'bundles')
  await mkdir(folder)
  const env = { RBEE_HOME: join(stage.folder, 'home'), RBEE_REGISTRY: url }
  const begin = (round: number) =>
    stage.start('rbee-hive', createArgs(id, versionOf(round), join(folder, FILE), host), env)
  const version = () => versionIn(join(folder, FILE))

  return {
    async begin(round) {
      const { child, ended } = begin(round)
      return { ended, kill: () => child.kill('SIGKILL') }
    },
    async check(round, ended) {
      if (ended.code !== null) mustSucceed('the bundle', ended)
      const [found, wanted] = [await version(), versionOf(round)]
      const isNew = found === wanted || ended.code !== null
      mustEqual(found, isNew ? wanted : versionBefore(round), 'the version in the bundle')
    },
    async again(round) {
      const ended = await begin(round).ended
      stage.signal.throwIfAborted()
      mustSucceed('the bundle that followed', ended)
      mustEqual(await version(), versionOf(round), 'the version in the bundle')
      mustEqual(await readdir(folder), [FILE], 'what lies beside the bundle')
      await stage.onlyRunning([])
    },
    async finish() {},
  }
}

async function openInstall(stage: Stage, catalog: SharedCatalog): Promise<OpenVictim> {
  const id = 'parcel-worker'
  const home = join(stage.folder, 'home')
  const check = homeCheck(home, id)
  const { url, folders } = await publishVersions(stage, catalog, id)
  const host = await writeHostProfile(stage)
  const fileOf = (version: string) => join(stage.folder, `${version}.rbee`)
  for (const [version, folder] of folders) {
    await check.expect(version, folder)
    const env = { RBEE_HOME: join(stage.folder, 'maker'), RBEE_REGISTRY: url }
    await stage.run('rbee-hive', createArgs(id, version, fileOf(version), host), env)
  }
  // Nobody answers there: a bundle needs nobody.
  const env = { RBEE_HOME: home, RBEE_REGISTRY: 'http://127.0.0.1:9' }
  const begin = (round: number) => {
    const args = ['bundle', 'install', fileOf(versionOf(round)), '--host-profile', host]
    return stage.start('rbee-hive', args, env)
  }

  return {
    async begin(round) {
      const { child, ended } = begin(round)
      return { ended, kill: () => child.kill('SIGKILL') }
    },
    async check(round, ended) {
      if (ended.code !== null) mustSucceed('the install', ended)
      await check.changed(versionBefore(round), versionOf(round), ended)
    },
    async again(round) {
      const ended = await begin(round).ended
      stage.signal.throwIfAborted()
      mustSucceed('the install that followed', ended)
      mustEqual((await check.whole())?.active.version, versionOf(round), 'the active version')
      await check.tidy()
      await stage.onlyRunning([])
    },
    async finish() {},
  }
}

async function publishVersions(stage: Stage, catalog: SharedCatalog, id: string) {
  const { url, client } = await catalog.open()
  const folders = new Map<string, string>()
  for (const version of VERSIONS) {
    const folder = join(stage.folder, 'workers', version)
    await writeIdleWorker(folder, id, version, noiseOf(`${id} ${version}`, BYTES))
    await sendRelease(client, await packRelease(folder, id, version))
    folders.set(version, folder)
  }
  return { url, folders }
}

function createArgs(id: string, version: string, file: string, host: string): string[] {
  return ['bundle', 'create', `${id}@${version}`, '-o', file, '--host-profile', host]
}

/** Null where there is no bundle. What is there has to be whole. */
async function versionIn(path: string): Promise<string | null> {
  try {
    await using bundle = await openBundle(path, { signal: new AbortController().signal })
    return bundle.index.workers[0]?.version ?? null
  } catch (error) {
    if (!(error instanceof RbeeError)) throw error
    if (error.code === 'file_not_found') return null
    throw new Breach(error.message)
  }
}

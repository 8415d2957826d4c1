import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { makePatch, memorySource } from '../../packages/deltas/src/index.ts'
import {
  sha256Of,
  variantNameSchema,
  versionSchema,
  workerIdSchema,
} from '../../packages/schema/src/index.ts'
import { must, mustEqual } from './breach.ts'
import { homeCheck } from './home-check.ts'
import { mustSucceed } from './processes.ts'
import {
  noiseOf,
  type PackedRelease,
  packRelease,
  sendRelease,
  writeHostProfile,
  writeIdleWorker,
} from './releases.ts'
import type { SharedCatalog } from './shared-catalog.ts'
import type { Stage } from './stage.ts'
import type { OpenVictim, Victim } from './victim.ts'

const ID = 'quilt-worker'
const VERSIONS = ['1.0.0', '2.0.0', '3.0.0'] as const
const BYTES = 1_000_000
/** Of the bytes, what each version has of its own. */
const OWN_BYTES = 1_000

/** `rbee-hive install` of a version for which there is a patch of what is installed. */
export const patch: Victim = { name: 'patch', inARow: 4, open }

async function open(stage: Stage, catalog: SharedCatalog): Promise<OpenVictim> {
  const { url, client } = await catalog.open()
  const home = join(stage.folder, 'home')
  const check = homeCheck(home, ID)
  const releases: PackedRelease[] = []
  for (const version of VERSIONS) {
    const folder = join(stage.folder, 'workers', version)
    const noise = Buffer.concat([noiseOf(ID, BYTES), noiseOf(version, OWN_BYTES)])
    await writeIdleWorker(folder, ID, version, noise)
    await check.expect(version, folder)
    const release = await packRelease(folder, ID, version)
    await sendRelease(client, release)
    releases.push(release)
  }
  for (const [index, release] of releases.entries()) {
    const before = releases.at(index - 1)
    if (before === undefined) continue
    const [artifact, base] = [artifactOf(release), artifactOf(before)]
    const made = await makePatch(memorySource(tarOf(before)), memorySource(tarOf(release)), { now: () => 0 })
    must(typeof made !== 'string', `there is no patch to ${release.version}: ${made}`)
    const { platform } = artifact
    const name = {
      id: workerIdSchema.parse(ID),
      version: versionSchema.parse(release.version),
      variant: variantNameSchema.parse('cpu'),
      ...{ platform, from: sha256Of(base.digest) },
    }
    await client.putPatch(name, new Uint8Array(made.bytes))
  }
  const host = await writeHostProfile(stage)
  const env = { RBEE_HOME: home, RBEE_REGISTRY: url }
  const versionOf = (round: number) => VERSIONS[round % VERSIONS.length] ?? VERSIONS[0]
  const begin = (round: number) =>
    stage.start('rbee-hive', ['install', `${ID}@${versionOf(round)}`, '--host-profile', host, '--json'], env)
  const patchedFrom = (round: number) => (round === 0 ? null : versionOf(round - 1))

  return {
    async begin(round) {
      const { child, ended } = begin(round)
      return { ended, kill: () => child.kill('SIGKILL') }
    },
    async check(round, ended) {
      if (ended.code !== null) mustBePatched(ended.stdout, patchedFrom(round))
      await check.changed(patchedFrom(round), versionOf(round), ended)
    },
    async again(round) {
      const ended = await begin(round).ended
      stage.signal.throwIfAborted()
      mustSucceed('the install that followed', ended)
      mustBePatched(ended.stdout, patchedFrom(round))
      mustEqual((await check.whole())?.active.version, versionOf(round), 'the active version')
      await check.tidy()
      await stage.onlyRunning([])
    },
    async finish() {},
  }
}

/** What was not installed already was made by a patch. */
function mustBePatched(stdout: string, from: string | null): void {
  const { status, transfer } = JSON.parse(stdout) as {
    status: string
    transfer: { patched_from: string | null } | null
  }
  if (status === 'installed') mustEqual(transfer?.patched_from, from, 'the version that was patched')
}

function artifactOf({ input }: PackedRelease) {
  const [artifact] = input.artifacts
  if (artifact === undefined) throw new Error('the release has no artifact')
  return artifact
}

function tarOf(release: PackedRelease): Buffer {
  const gzip = artifactOf(release).archives.find(({ format }) => format === 'tar.gz')
  return gunzipSync(release.bytes.get(gzip?.sha256 ?? '') ?? new Uint8Array())
}

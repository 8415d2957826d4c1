import { join } from 'node:path'
import { gunzipSync, zstdCompressSync } from 'node:zlib'
import { hiveHome } from '../../apps/cli/src/hive/home.ts'
import { namesIn } from '../../apps/cli/src/hive/names-in.ts'
import { readResumePoint } from '../../packages/packaging/src/index.ts'
import { releaseInputSchema, type Sha256, sha256Schema } from '../../packages/schema/src/index.ts'
import { must, mustEqual } from './breach.ts'
import { homeCheck } from './home-check.ts'
import { mustSucceed } from './processes.ts'
import {
  noiseOf,
  type PackedRelease,
  packRelease,
  sendRelease,
  sha256Of,
  writeHostProfile,
  writeIdleWorker,
} from './releases.ts'
import type { SharedCatalog } from './shared-catalog.ts'
import { slowMirror } from './slow-mirror.ts'
import type { Stage } from './stage.ts'
import type { OpenVictim, Victim } from './victim.ts'

const ID = 'river-worker'
const VERSIONS = ['1.0.0', '2.0.0', '3.0.0'] as const
const BYTES = 4_000_000
/** Of the tar. Archives of real workers have frames of 31.5 MiB; a download goes on with the frame that it was at. */
const FRAME_BYTES = 150_000

/**
 * The download of `rbee-hive install` over a slow line, killed at any byte of the archive: what was unpacked before the kill is
 * not fetched again.
 */
export const download: Victim = { name: 'download', inARow: 4, open }

async function open(stage: Stage, catalog: SharedCatalog): Promise<OpenVictim> {
  const { url, client } = await catalog.open()
  const home = join(stage.folder, 'home')
  const check = homeCheck(home, ID)
  const archives = new Map<string, Uint8Array>()
  const sums = new Map<string, Sha256>()
  for (const version of VERSIONS) {
    const folder = join(stage.folder, 'workers', version)
    await writeIdleWorker(folder, ID, version, noiseOf(version, BYTES))
    await check.expect(version, folder)
    const { release, sha256, bytes } = inSmallFrames(await packRelease(folder, ID, version))
    await sendRelease(client, release)
    archives.set(sha256, bytes)
    sums.set(version, sha256)
  }
  const mirror = await slowMirror(url, archives)
  const host = await writeHostProfile(stage)
  const env = { RBEE_HOME: home, RBEE_REGISTRY: mirror.url }
  const versionOf = (round: number) => VERSIONS[round % VERSIONS.length] ?? VERSIONS[0]
  const archiveOf = (round: number) => sums.get(versionOf(round)) ?? sha256Schema.parse('')
  const sizeOf = (round: number) => archives.get(archiveOf(round))?.length ?? 0
  const begin = (round: number) => {
    mirror.forget()
    return stage.start('rbee-hive', ['install', `${ID}@${versionOf(round)}`, '--host-profile', host], env)
  }
  let resumed = 0
  let rounds = 0
  /** Where the download that is under way has to begin; null where there is nothing to download. */
  let there: number | null = null
  const look = async (round: number) => {
    const isInstalled = (await check.whole())?.active.version === versionOf(round)
    there = isInstalled ? null : await unpackedSoFar(home, archiveOf(round))
    if (there !== null && there > 0) resumed += 1
  }
  /** What was unpacked before is not asked for again. Behind it, the end may be asked for first: an index stands there. */
  const mustBeginThere = (wasKilled: boolean) => {
    const first = mirror.sent.starts.length === 0 ? null : Math.min(...mirror.sent.starts)
    if (wasKilled) must(first === null || (there !== null && first >= there), 'bytes were fetched twice')
    else mustEqual(first, there, 'where the download began')
  }

  return {
    async begin(round) {
      rounds = round
      await look(round)
      mirror.isSlow = true
      const { child, ended } = begin(round)
      const left = sizeOf(round) - (there ?? 0)
      return { ended, reached: (share) => mirror.reached(share * left), kill: () => child.kill('SIGKILL') }
    },
    async check(round, ended) {
      mirror.isSlow = false
      if (ended.code !== null) mustSucceed('the install', ended)
      mustBeginThere(ended.code === null)
      await check.changed(round === 0 ? null : versionOf(round - 1), versionOf(round), ended)
    },
    async again(round) {
      await look(round)
      const ended = await begin(round).ended
      stage.signal.throwIfAborted()
      mustSucceed('the install that followed', ended)
      mustBeginThere(false)
      mustEqual((await check.whole())?.active.version, versionOf(round), 'the active version')
      await check.tidy()
      await stage.onlyRunning([])
    },
    async finish() {
      must(resumed > 0 || rounds === 0, 'no download was gone on with')
      await mirror.close()
    },
  }
}

/** How many compressed bytes of an archive need not be fetched again. */
async function unpackedSoFar(home: string, archive: Sha256): Promise<number> {
  const { staging } = hiveHome(home, home)
  const journals = (await namesIn(staging)).filter((name) => name.endsWith('.journal'))
  must(journals.length <= 1, `there is more than one interrupted download: ${journals.join(', ')}`)
  const [journal] = journals
  if (journal === undefined) return 0
  return (await readResumePoint(join(staging, journal), archive))?.compressed ?? 0
}

/** The same release with one archive in many frames. */
function inSmallFrames(packed: PackedRelease) {
  const [artifact] = packed.input.artifacts
  const gzip = artifact?.archives.find(({ format }) => format === 'tar.gz')
  const tar = gunzipSync(packed.bytes.get(gzip?.sha256 ?? '') ?? new Uint8Array())
  const frames: Buffer[] = []
  for (let at = 0; at < tar.length; at += FRAME_BYTES)
    frames.push(zstdCompressSync(tar.subarray(at, at + FRAME_BYTES)))
  const bytes = new Uint8Array(Buffer.concat(frames))
  const sha256 = sha256Schema.parse(sha256Of(bytes))
  const archive = { format: 'tar.zst', sha256, size: bytes.length }
  const input = releaseInputSchema.parse({
    ...packed.input,
    artifacts: [{ ...artifact, archives: [archive, gzip] }],
  })
  const release: PackedRelease = { ...packed, input, bytes: new Map([...packed.bytes, [sha256, bytes]]) }
  return { release, sha256, bytes }
}

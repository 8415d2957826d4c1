import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { startServer } from '../../apps/catalog/src/entry/node.ts'
import { HOST_ARCH, HOST_OS, program } from '../../apps/cli/src/hive/e2e/catalog.ts'
import { type Lie, lyingProxy } from '../../apps/cli/src/hive/trust/testing/lying-proxy.ts'
import { openFileStores } from '../../packages/blobs/src/files/index.ts'
import { metadataStore } from '../../packages/registry/src/index.ts'
import {
  aManifest,
  anOperator,
  aReleaseInput,
  artifactOf,
  packedArchive,
  sendArchive,
} from '../../packages/testing/src/index.ts'
import { createMetadataRepository } from '../../packages/trust/src/index.ts'
import { keyFolder, readCeremony, readOnlineKey } from '../../packages/trust/src/key-folder/index.ts'
import { type Measurement, median } from '../measurement.ts'
import { anIndex, secondsOf, WORKERS } from './signing.ts'

const PLATFORM = `${HOST_OS}-${HOST_ARCH}` as const
const HIVE = fileURLToPath(new URL('../../apps/cli/bin/rbee-hive.js', import.meta.url))
const ID = 'small-worker'
const RELEASES = 20
const ROUNDS = 11
/** Of this platform, so that nothing is asked of the machine. */
const HOST = {
  os: HOST_OS,
  arch: HOST_ARCH,
  libc: { name: 'glibc', version: '2.36' },
  cpu: { model: 'Bench CPU', cores: 2, features: [] },
  memory_bytes: 2 ** 34,
  disk_free_bytes: 2 ** 37,
  container: null,
  wsl: null,
  gpus: [],
}

type Server = Awaited<ReturnType<typeof startServer>>

/**
 * What signed metadata of 100,000 workers adds to publishing a release over a server's own code, and to the first install of a
 * small worker with the real program: beside the same install from a server that signs nothing.
 */
export async function signedInstall(): Promise<Measurement> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-signed-install-'))
  const dataDir = join(folder, 'data')
  // Makes the keys.
  await (await start(dataDir)).close()
  await listMany(dataDir)
  const server = await start(dataDir)
  try {
    const publishing: number[] = []
    for (let minor = 0; minor < RELEASES; minor += 1) {
      publishing.push(await secondsOf(() => publish(server, `1.${minor}.0`)))
    }
    const { signed, unsigned, bytes } = await installs(server.url, folder)
    const kilobytes = (part: string) => `${(bytes(part) / 1000).toFixed(0)} kB`
    return {
      what: `Publish and install with ${WORKERS.toLocaleString('en')} workers in signed metadata`,
      unit: 's',
      higherIsBetter: false,
      withoutPeers: true,
      results: [
        { name: 'publish one more release', median: median(publishing) },
        { name: 'first rbee-hive install', median: medianOf(signed, 'elapsed') },
        { name: 'the same, nothing signed', median: medianOf(unsigned, 'elapsed') },
        { name: 'processor time of the first', median: medianOf(signed, 'processor') },
        { name: 'processor time, nothing signed', median: medianOf(unsigned, 'processor') },
      ],
      remarks: [
        `the first install fetches ${kilobytes('/v1/tuf/')} of metadata and ${kilobytes('/v1/log/')} of the log`,
      ],
    }
  } finally {
    await server.close()
    await rm(folder, { recursive: true, force: true })
  }
}

function start(dataDir: string): Promise<Server> {
  return startServer({
    host: '127.0.0.1',
    port: 0,
    dataDir,
    log: { info: () => {}, error: () => {} },
    clock: Date.now,
    randomBytes: (length) => new Uint8Array(randomBytes(length)),
  })
}

/** Lists workers of which there is nothing but what is signed of them. */
async function listMany(dataDir: string): Promise<void> {
  const { documents } = await openFileStores(dataDir, (length) => new Uint8Array(randomBytes(length)))
  const keys = keyFolder(join(dataDir, 'keys'))
  const ceremony = await readCeremony(keys)
  if (ceremony === null) throw new Error('The server made no keys')
  const online = await readOnlineKey(keys, ceremony)
  const repository = createMetadataRepository({ store: metadataStore(documents), online, clock: Date.now })
  const many = new Map(Array.from({ length: WORKERS }, (_, index) => anIndex(index, 0)))
  await repository.update(async () => many)
}

async function publish({ registry }: Server, version: string): Promise<void> {
  const archive = await packedArchive(program(ID, `exit 0 # ${version}`), 'tar.zst')
  const caller = anOperator()
  await sendArchive(registry, caller, archive)
  const manifest = aManifest({ id: ID, name: ID, binary_name: ID })
  await registry.publishRelease(
    caller,
    manifest.id,
    aReleaseInput({ manifest, version, artifacts: [artifactOf([archive], { platform: PLATFORM })] }),
  )
}

/** Seconds that a program took, and those of a processor that it used. */
interface Run {
  readonly elapsed: number
  readonly processor: number
}

/** Lets a program of Node tell what it used. */
const REPORT = `data:text/javascript,${encodeURIComponent(
  'process.on("exit",()=>{const{userCPUTime:u,systemCPUTime:s}=process.resourceUsage();process.stderr.write("\\nused "+(u+s)+"\\n")})',
)}`

async function measured(args: readonly string[]): Promise<Run> {
  const begun = performance.now()
  const { stderr } = await promisify(execFile)(process.execPath, ['--import', REPORT, ...args])
  const elapsed = (performance.now() - begun) / 1000
  return { elapsed, processor: Number(/used (\d+)/.exec(stderr)?.[1]) / 1e6 }
}

const medianOf = (runs: readonly Run[], what: keyof Run) => median(runs.map((run) => run[what]))

/** Installs in turns, each into a new home, and counts what is fetched. */
async function installs(registry: string, folder: string) {
  await using proxy = await lyingProxy(registry)
  const fetched = new Map<string, number>()
  const counting: Lie = (path, answer) => {
    if (answer.status === 200) fetched.set(path, answer.body.length)
    return answer
  }
  const silent: Lie = (path, answer) =>
    path.startsWith('/v1/tuf/') ? { status: 404, body: Buffer.from('{}') } : answer
  const host = join(folder, 'host.json')
  await writeFile(host, JSON.stringify(HOST))
  let homes = 0
  const install = (url: string, ...more: string[]) => {
    homes += 1
    const home = join(folder, `home-${homes}`)
    const args = [HIVE, 'install', ID, '--now', '--host-profile', host, '--home', home, '--registry', url]
    return measured([...args, ...more])
  }
  const [known, unknown] = [proxy.registry(counting), proxy.registry(silent)]
  const signed: Run[] = []
  const unsigned: Run[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    signed.push(await install(known))
    unsigned.push(await install(unknown, '--allow-unsigned'))
  }
  const bytes = (part: string) =>
    [...fetched].reduce((sum, [path, size]) => (path.startsWith(part) ? sum + size : sum), 0)
  return { signed, unsigned, bytes }
}

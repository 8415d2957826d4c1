import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { layOutPackage } from '../../apps/cli/distribution/package-layout.ts'
import { workerDocumentSchema } from '../../packages/schema/src/index.ts'
import { freePort } from '../../packages/testing/src/free-port.ts'
import { inTurns, type Measurement } from '../measurement.ts'
import { has, PEAK_KIBIBYTES, run, seconds, startServer, stopServer } from '../processes.ts'
import { makeOciLayout, makePayload, makeWorkerFolder, packForNpm } from './install-payload.ts'

const program = (name: string) =>
  fileURLToPath(new URL(`../../apps/cli/src/entry/${name}.ts`, import.meta.url))
/** The payload and what is installed stay on the disk until the end: 4 GiB a round. */
const ROUNDS = 5

type Server = Awaited<ReturnType<typeof startServer>>

/**
 * Seconds to install 1 GiB, half of it compressible, from a server of this machine: `rbee-hive install` beside the
 * shortest pipe that checks and unpacks the same bytes, and beside what npm and skopeo do with the same payload.
 */
export async function install(): Promise<Measurement> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-install-'))
  const servers: Server[] = []
  try {
    const hive = join(folder, 'package/bin/rbee-hive')
    await layOutPackage(join(folder, 'package'))
    const payload = join(folder, 'payload')
    await makePayload(payload)
    const catalog = await startCatalog(folder, servers)
    await publish(folder, payload, catalog)
    const archive = catalog.url + (await archiveAddress(catalog.url))
    const tarball = packForNpm(payload, join(folder, 'payload.tgz'))
    const image = has('docker-registry') && has('skopeo') ? await pushImage(folder, tarball, servers) : null
    const files = await serveFile(folder, tarball, servers)

    let targets = 0
    // Nothing is removed before the end: ext4 without a journal looks for a new file's place past all that were removed lately.
    const measured = (measure: (target: string) => number | Promise<number>) => async () => {
      targets += 1
      const target = join(folder, `target-${targets}`)
      await mkdir(target)
      run('sync', [])
      return measure(target)
    }
    let peak = 0
    const results = await inTurns(ROUNDS, [
      {
        name: 'rbee-hive install',
        run: measured((target) => {
          const { elapsed, peakMegabytes } = installWithHive(hive, catalog.url, target)
          peak = Math.max(peak, peakMegabytes)
          return elapsed
        }),
      },
      {
        name: 'curl | tee >(sha256sum) | tar --zstd -x',
        run: has('zstd')
          ? measured((target) => seconds('bash', ['-c', PIPE, 'bash', archive, target]))
          : null,
        note: 'zstd is not installed',
      },
      {
        name: 'npm install',
        run: measured((target) => seconds('npm', npmArguments(files, target))),
      },
      {
        name: 'skopeo copy',
        run: image === null ? null : measured((target) => seconds('skopeo', skopeoArguments(image, target))),
        note: 'docker-registry or skopeo is not installed',
      },
    ])
    const [own, ...peers] = results
    const note = `peak memory ${Math.round(peak)} MB`
    return {
      what: `Install 1 GiB, half compressible (${note})`,
      unit: 's',
      higherIsBetter: false,
      results: own ? [{ ...own, note }, ...peers] : [],
    }
  } finally {
    for (const server of servers) await stopServer(server)
    await rm(folder, { recursive: true, force: true })
  }
}

const PIPE = 'set -o pipefail; curl -fsS "$1" | tee >(sha256sum >/dev/null) | tar --zstd -x -C "$2"'

async function startCatalog(folder: string, servers: Server[]) {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const token = `rbee_op_${randomBytes(24).toString('hex')}`
  const worker = join(folder, 'worker')
  await makeWorkerFolder(worker)
  const options = ['--port', String(port), '--data-dir', join(folder, 'data'), '--catalog', worker]
  const args = [program('rbee-catalog'), 'serve', ...options]
  const env = { ...process.env, RBEE_OPERATOR_TOKEN: token }
  servers.push(await startServer(process.execPath, args, `${url}/ready`, env))
  return { url, token }
}

async function publish(folder: string, payload: string, { url, token }: { url: string; token: string }) {
  const platform = `${process.platform === 'darwin' ? 'macos' : 'linux'}-${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}`
  const artifact = `${platform}/cpu=${payload}`
  const args = [program('rbee-publish'), join(folder, 'worker'), '--artifact', artifact, '--registry', url]
  run(process.execPath, args, { ...process.env, RBEE_TOKEN: token })
}

async function archiveAddress(url: string): Promise<string> {
  const answer = await fetch(`${url}/v1/workers/payload-worker`)
  const { variants } = workerDocumentSchema.parse(await answer.json())
  const archives = variants.flatMap(({ artifacts }) => artifacts.flatMap((artifact) => artifact.archives))
  const archive = archives.find(({ format }) => format === 'tar.zst')
  if (!archive) throw new Error('the release has no .tar.zst')
  return archive.download_url
}

/** Installs with the programs as npm installs them, in a process that tells its own peak, as the kernel counted it. */
function installWithHive(
  hive: string,
  url: string,
  home: string,
): { elapsed: number; peakMegabytes: number } {
  const report = `process.on("exit",()=>process.stderr.write("\\npeak "+${PEAK_KIBIBYTES}+"\\n"))`
  const args = ['--import', `data:text/javascript,${encodeURIComponent(report)}`, hive]
  const started = performance.now()
  const output = run('sh', [
    '-c',
    '"$@" 2>&1',
    'sh',
    process.execPath,
    ...args,
    'install',
    'payload-worker',
    '--home',
    home,
    '--registry',
    url,
  ])
  const elapsed = (performance.now() - started) / 1000
  return { elapsed, peakMegabytes: Number(/peak (\d+)/.exec(output)?.[1]) / 1024 }
}

/** A file server in a process of its own, so that it does not wait for what is being measured. */
async function serveFile(folder: string, file: string, servers: Server[]): Promise<string> {
  const port = await freePort()
  const script = join(folder, 'serve-file.mjs')
  await writeFile(
    script,
    `import { createReadStream, statSync } from 'node:fs'
     import { createServer } from 'node:http'
     const [file, port] = process.argv.slice(2)
     createServer((request, response) => {
       response.writeHead(200, { 'content-length': statSync(file).size })
       if (request.method === 'HEAD') return response.end()
       createReadStream(file, { highWaterMark: 2 ** 20 }).on('error', () => response.destroy()).pipe(response)
     }).listen(Number(port), '127.0.0.1')`,
  )
  const url = `http://127.0.0.1:${port}/payload.tgz`
  servers.push(await startServer(process.execPath, [script, file, String(port)], url))
  return url
}

function npmArguments(url: string, target: string): string[] {
  const cache = ['--cache', join(target, 'cache')]
  return ['install', '--prefix', target, ...cache, '--no-audit', '--no-fund', '--ignore-scripts', url]
}

async function pushImage(folder: string, layer: string, servers: Server[]): Promise<string> {
  const port = await freePort()
  const configuration = join(folder, 'registry.yml')
  await writeFile(
    configuration,
    `version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: ${folder}/registry\nhttp:\n  addr: 127.0.0.1:${port}\n`,
  )
  servers.push(await startServer('docker-registry', ['serve', configuration], `http://127.0.0.1:${port}/v2/`))
  const layout = join(folder, 'layout')
  await makeOciLayout(layer, layout)
  const image = `docker://127.0.0.1:${port}/payload:1.0.0`
  run('skopeo', ['copy', '--insecure-policy', '--dest-tls-verify=false', `oci:${layout}`, image])
  return image
}

function skopeoArguments(image: string, target: string): string[] {
  return ['copy', '--insecure-policy', '--src-tls-verify=false', image, `oci:${join(target, 'image')}`]
}

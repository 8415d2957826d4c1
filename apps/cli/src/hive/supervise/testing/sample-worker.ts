import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { digestSchema, type WorkerId } from '@rbee/schema'
import { writeJsonAtomically } from '../../atomic-json.ts'
import type { HiveHome } from '../../home.ts'
import type { InstalledBuild } from '../../installed.ts'

/**
 * A worker that says which build it is, and does what it is asked to: `/crash` ends it, `/slow?ms=` answers late,
 * `/stream?ms=` sends an event every 20 ms. Its arguments make it misbehave: `--unwell` never gets ready, `--deaf` does not
 * listen to SIGTERM, `--abrupt` ends at once on it, `--die` ends at its start. What stands in the file `ready-after` of
 * its folder is how many milliseconds it loads.
 */
const SAMPLE_SERVER = `
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
const args = process.argv.slice(2)
const build = readFileSync('build.txt', 'utf8').trim()
const flags = existsSync('flags.txt') ? readFileSync('flags.txt', 'utf8').trim().split(' ') : []
const has = (flag) => args.includes(flag) || flags.includes(flag)
console.error('loading ' + build)
if (has('--die')) {
  console.error('the model is broken')
  process.exit(3)
}
const loaded = Date.now() + Number(existsSync('ready-after') ? readFileSync('ready-after', 'utf8') : 0)
const server = createServer((request, response) => {
  const url = new URL(request.url, 'http://worker')
  const ms = Number(url.searchParams.get('ms') ?? 0)
  response.setHeader('x-build', build)
  switch (url.pathname) {
    case '/health':
      return response.writeHead(has('--unwell') || Date.now() < loaded ? 503 : 200).end()
    case '/crash':
      return process.exit(7)
    case '/slow':
      return setTimeout(() => response.end(build), ms)
    case '/stream': {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      const begun = Date.now()
      const timer = setInterval(() => {
        response.write('data: ' + build + '\\n\\n')
        if (Date.now() - begun < ms) return
        clearInterval(timer)
        response.end('data: end\\n\\n')
      }, 20)
      return response.on('close', () => clearInterval(timer))
    }
  }
  response.end(JSON.stringify({ build, args, pid: process.pid }))
})
process.on('SIGTERM', () => {
  if (has('--deaf')) return
  console.error('finishing requests')
  if (has('--abrupt')) process.exit(0)
  server.close(() => process.exit(0))
})
server.listen(Number(args[args.indexOf('--port') + 1]), '127.0.0.1')
`

export interface SampleBuild {
  readonly version: string
  /** Words that make this build misbehave; see {@link SAMPLE_SERVER}. */
  readonly flags?: string
  readonly readyAfterMs?: number
}

/** The files of a sample build, by their paths. */
export function sampleFiles(
  id: string,
  { version, flags, readyAfterMs }: SampleBuild,
): Record<string, string> {
  return {
    [`bin/${id}`]: [
      '#!/bin/sh',
      '[ "$1" = --self-test ] && exit 0',
      `exec "${process.execPath}" "$(dirname "$0")/../server.mjs" "$@"`,
      '',
    ].join('\n'),
    'server.mjs': SAMPLE_SERVER,
    'build.txt': version,
    LICENSE: 'Apache-2.0\n',
    'README.md': `# ${id}\n`,
    ...(flags === undefined ? {} : { 'flags.txt': flags }),
    ...(readyAfterMs === undefined ? {} : { 'ready-after': String(readyAfterMs) }),
  }
}

/** Puts a sample build in its place, as an install does, without making it active. */
export async function placeSample(
  home: HiveHome,
  id: WorkerId,
  sample: SampleBuild,
): Promise<InstalledBuild> {
  const build = `${sample.version}-cpu-sample`
  const folder = join(home.worker(id).builds, build)
  await mkdir(join(folder, 'bin'), { recursive: true })
  for (const [path, text] of Object.entries(sampleFiles(id, sample)))
    await writeFile(join(folder, path), text)
  await chmod(join(folder, 'bin', id), 0o755)
  return {
    version: sample.version,
    variant: 'cpu',
    platform: 'linux-x86_64',
    digest: digestSchema.parse(`sha256:${sample.version.replaceAll('.', '').padEnd(64, '0')}`),
    build,
    binary_name: id,
    run: { command: [`bin/${id}`], port_flag: '--port', health_path: '/health' },
    selftest: null,
    registry: 'http://127.0.0.1:8787',
    gpu: null,
    reason: 'because',
    installed_at: '2026-01-01T00:00:00.000Z',
  }
}

/** Puts a sample build in its place and makes it active. */
export async function installSample(
  home: HiveHome,
  id: WorkerId,
  sample: SampleBuild,
): Promise<InstalledBuild> {
  const active = await placeSample(home, id, sample)
  await writeJsonAtomically(home.worker(id).active, { id, active, previous: null })
  return active
}

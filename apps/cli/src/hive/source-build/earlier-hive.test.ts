import { execFile, execFileSync } from 'node:child_process'
import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { EARLIER_READERS, earlierScript, readAsEarlierClient } from '@rbee/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { HOST_ARCH, HOST_OS } from '../e2e/catalog.ts'
import { findOnPath } from '../find-on-path.ts'
import {
  aBuildMachine,
  aSourceServer,
  type BuildMachine,
  type SourceServer,
} from './testing/build-machine.ts'
import { aGeneratedWorker, RUST, SCRIPTED } from './testing/real-workers.ts'
import { serveRepository } from './testing/source-repository.ts'

let machine: BuildMachine
let sources: SourceServer
beforeAll(async () => {
  machine = await aBuildMachine()
  sources = await aSourceServer()
})
afterAll(async () => {
  await machine[Symbol.asyncDispose]()
  await sources[Symbol.asyncDispose]()
})

const run = promisify(execFile)
/** Programs of the tests' own machine; an earlier hive used whatever the user had. */
const PATH = '/usr/local/bin:/usr/bin:/bin'

/**
 * Installs a worker as an earlier hive did: it lists `/workers` by what this machine is, takes an entry, reads its
 * PKGBUILD line by line, clones its first source, runs build() and package() in bash, and copies the program.
 *
 * @returns the installed program
 */
async function installAsEarlierHive(server: string, wanted: string, folder: string): Promise<string> {
  const { workers } = z
    .object({ workers: z.array(z.unknown()) })
    .parse(await (await fetch(`${server}/workers`)).json())
  const list = workers.map((entry) => EARLIER_READERS['the page and the list of the hive'].parse(entry))
  const fitting = list.filter(
    ({ platforms, architectures, worker_type }) =>
      platforms.some((platform) => platform === HOST_OS) &&
      architectures.some((arch) => arch === HOST_ARCH) &&
      worker_type === 'cpu',
  )
  const chosen = fitting.find(({ id }) => id === wanted)
  if (chosen === undefined)
    throw new Error(`${wanted} is not offered: ${fitting.map(({ id }) => id).join(', ')}`)
  const entry = EARLIER_READERS['the installer of the hive'].parse(
    await (await fetch(`${server}/workers/${chosen.id}`)).json(),
  )
  const pkgbuild = readAsEarlierClient(await (await fetch(`${server}/workers/${entry.id}/PKGBUILD`)).text())

  const folders = { srcdir: join(folder, 'src'), pkgdir: join(folder, 'pkg') }
  for (const made of Object.values(folders)) await mkdir(made, { recursive: true })
  const [source = ''] = pkgbuild.arrays.get('source') ?? []
  const [url = '', fragment = ''] = source.replace(/^git\+/, '').split('#')
  const name =
    url
      .replace(/\/$/, '')
      .split('/')
      .at(-1)
      ?.replace(/\.git$/, '') ?? ''
  await run('git', ['clone', '-q', url, join(folders.srcdir, name)])
  await run('git', ['-C', join(folders.srcdir, name), 'checkout', '-q', fragment.replace(/^\w+=/, '')])
  for (const body of [pkgbuild.build, pkgbuild.package]) {
    const script = join(folder, 'step.sh')
    await writeFile(script, earlierScript(pkgbuild, body, folders))
    await run('bash', [script], { env: { PATH, HOME: folder } })
  }
  const installed = join(folder, pkgbuild.pkgname)
  await copyFile(join(folders.pkgdir, 'usr/local/bin', pkgbuild.pkgname), installed)
  return installed
}

describe('an earlier hive', { timeout: 120_000 }, () => {
  it('detects, lists, fetches, builds and installs from this server', async (context) => {
    for (const name of ['cargo', 'node'])
      if (!(await findOnPath(name, PATH))) context.skip(`${name} is missing in ${PATH}`)
    await using rust = await serveRepository(sources, 'rust', RUST)
    await using script = await serveRepository(sources, 'script', SCRIPTED)
    await machine.catalog.describe([
      aGeneratedWorker('speaker', { ...rust, path: 'crates/speaker' }, { system: 'cargo' }),
      aGeneratedWorker('teller', { ...script, path: 'teller' }, { command: ['node', 'build.mjs'] }),
    ])
    const speaker = await installAsEarlierHive(
      machine.catalog.url,
      'speaker-cpu',
      join(machine.folder, 'earlier-1'),
    )
    expect(execFileSync(speaker).toString()).toBe('speaks on cpu\n')
    const server = machine.catalog.url
    const text = await (await fetch(`${server}/workers/teller-cpu/PKGBUILD`)).text()
    expect(readAsEarlierClient(text).arrays.get('source')).toEqual([
      `git+${script.url}#commit=${script.commit}`,
    ])
  })
})

import type { ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { program, startCatalog, type TestCatalog } from '../e2e/catalog.ts'
import { aMachine, type Machine, until } from '../e2e/machine.ts'
import { aMirror } from '../e2e/mirror.ts'
import { findBuildTools } from './build-tools.ts'
import {
  aPathWith,
  aSourceServer,
  aSourceWorker,
  type SourceServer,
  sha256,
} from './testing/build-machine.ts'
import { buildProcesses } from './testing/build-processes.ts'

const tools = await findBuildTools(process.env.PATH)
const hasSandbox = typeof tools.sandbox !== 'string'
const AGREED = hasSandbox ? ['--yes'] : ['--yes', '--allow-unsandboxed']

const worker = (name: string, { version = '1.0.0', build = ':', fields = '' } = {}) => `pkgname=${name}
pkgver=${version}
pkgrel=1
arch=(any)
${fields}
build() {
  ${build}
  printf '#!/bin/sh\\necho ${name} ${version}\\n' > program
}
package() {
  install -Dm755 program "$pkgdir/usr/bin/${name}"
}
`

let catalog: TestCatalog
let sources: SourceServer
beforeAll(async () => {
  catalog = await startCatalog()
  sources = await aSourceServer()
})
afterAll(async () => {
  await catalog[Symbol.asyncDispose]()
  await sources[Symbol.asyncDispose]()
})

async function aHive(path: readonly string[] = ['bash', 'git', 'bwrap', 'ps']): Promise<Machine> {
  const machine = await aMachine(catalog.url)
  machine.env.PATH = await aPathWith(machine.folder, path)
  return machine
}

const offer = (...scripts: string[]) => catalog.describe(scripts.map((script) => aSourceWorker(script)))

describe('rbee-hive install --from', { timeout: 60_000 }, () => {
  it('builds only after consent, and says so in code, text and JSON', async () => {
    await using machine = await aHive()
    await offer(worker('asked-for'))
    const binary = await machine.hiveJson('install', 'asked-for', '--from', 'binary')
    expect(binary).toMatchObject({ code: 3, value: { variant: null, error: { code: 'nothing_fits' } } })
    const usual = await machine.hive('install', 'asked-for')
    expect(usual).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('rbee-hive install asked-for@1.0.0 --from source'),
    })
    const auto = await machine.hiveJson('install', 'asked-for', '--from', 'auto')
    expect(auto).toMatchObject({
      code: 2,
      value: { error: { code: 'usage', next: expect.stringContaining('--yes') } },
    })
    expect(auto.stderr).toContain('| package() {')
    const planned = await machine.hiveJson('install', 'asked-for', '--from', 'source', '--dry-run')
    expect(planned).toMatchObject({
      code: 0,
      value: { from: 'source', variant: 'cpu', artifact: null, build: { builder: 'rbee-hive', sources: [] } },
    })
    expect(await machine.active('asked-for')).toBeNull()

    const built = await machine.hiveJson('install', 'asked-for', '--from', 'auto', ...AGREED)
    expect(built).toMatchObject({
      code: 0,
      value: { status: 'installed', installed: { built_from: { builder: 'rbee-hive' } } },
    })
    expect(await machine.active('asked-for')).toBe('1.0.0 cpu')
    const again = await machine.hiveJson('install', 'asked-for', '--from', 'source')
    expect(again).toMatchObject({ code: 0, value: { status: 'already_installed' } })

    const listed = await machine.hiveJson('list')
    expect(listed.value).toMatchObject({ workers: [{ id: 'asked-for', built_from: { sources: [] } }] })
    expect((await machine.hive('list')).stdout).toContain('cpu (built here)')
    expect((await machine.hive('info', 'asked-for')).stdout).toContain('built here by rbee-hive')
    expect((await machine.hive('logs', 'asked-for', '--build')).stdout).toContain('==> Starting build()')
    const checked = await machine.hiveJson('doctor')
    expect(JSON.stringify(checked.value)).toContain('asked-for 1.0.0 (cpu) is as it was built here')
    expect(await machine.hive('uninstall', 'asked-for')).toMatchObject({ code: 0 })
    expect(existsSync(join(machine.home, 'build-logs/asked-for.log'))).toBe(false)
  })

  it('takes what is published where there is something', async () => {
    await using machine = await aHive()
    await catalog.publish({ id: 'published', variants: { cpu: program('published', 'echo published') } })
    const { code, value } = await machine.hiveJson('install', 'published', '--from', 'auto')
    expect({ code, value }).toMatchObject({
      code: 0,
      value: { status: 'installed', artifact: { format: 'tar.zst' } },
    })
  })

  it('goes back, and leaves newer versions to who reads their scripts', async () => {
    await using machine = await aHive()
    await offer(worker('growing'))
    await machine.hive('install', 'growing', '--from', 'source', ...AGREED)
    await offer(worker('growing', { version: '1.1.0' }))
    const update = await machine.hiveJson('update', 'growing')
    expect(update).toMatchObject({
      code: 3,
      value: {
        error: {
          next: expect.stringContaining('rbee-hive install growing@1.1.0 --variant cpu --from source'),
        },
      },
    })
    await machine.hive('install', 'growing', '--from', 'source', ...AGREED)
    expect(await machine.active('growing')).toBe('1.1.0 cpu')
    expect(await machine.hiveJson('update', 'growing')).toMatchObject({
      code: 0,
      value: { workers: [{ status: 'current' }] },
    })
    expect(await machine.hive('rollback', 'growing')).toMatchObject({ code: 0 })
    expect(await machine.active('growing')).toBe('1.0.0 cpu')
  })

  it('builds no PKGBUILD but the one that the registry signed', async () => {
    await offer(worker('signed-for'))
    await using mirror = await aMirror(catalog.url)
    await using machine = await aMachine(mirror.url)
    machine.env.PATH = await aPathWith(machine.folder, ['bash', 'git', 'bwrap', 'ps'])
    mirror.document = (path, text) =>
      path.includes('/pkgbuild') ? text.replace('build() {', 'build() {\n  : added') : text
    const changed = await machine.hiveJson('install', 'signed-for', '--from', 'source', ...AGREED)
    expect(changed).toMatchObject({ code: 4, value: { error: { code: 'document_altered' } } })
    expect(await machine.active('signed-for')).toBeNull()

    mirror.document = (_path, text) => text
    expect(await machine.hive('install', 'signed-for', '--from', 'source', ...AGREED)).toMatchObject({
      code: 0,
    })
  })

  it('refuses other bytes than those of the sum, and keeps what was there', async () => {
    await using machine = await aHive()
    await offer(worker('summed'))
    await machine.hive('install', 'summed', '--from', 'source', ...AGREED)
    const url = sources.serve('changed', Buffer.from('changed'))
    await offer(
      worker('summed', { version: '1.1.0', fields: `source=(${url})\nsha256sums=(${sha256('original')})` }),
    )
    const failed = await machine.hiveJson('install', 'summed', '--from', 'source', ...AGREED)
    expect(failed).toMatchObject({ code: 4, value: { error: { code: 'digest_mismatch' } } })
    await offer(worker('summed', { version: '1.2.0', build: 'echo why it failed >&2; false' }))
    const broken = await machine.hiveJson('install', 'summed', '--from', 'source', ...AGREED)
    expect(broken).toMatchObject({
      code: 1,
      value: { error: { code: 'build_failed', message: expect.stringContaining('why it failed') } },
    })
    const { log } = broken.value as { log: string }
    expect(await readFile(log, 'utf8')).toContain('why it failed')
    expect(await machine.active('summed')).toBe('1.0.0 cpu')
    expect(await machine.staging()).toEqual([])
  })

  it('ends with Ctrl-C and leaves nothing behind', async () => {
    await using machine = await aHive()
    await offer(worker('interrupted', { build: 'sleep 1000' }))
    const { child, finished } = machine.start('rbee-hive', [
      'install',
      'interrupted',
      '--from',
      'source',
      ...AGREED,
    ])
    await until(() => sleepers(child).then((count) => count > 0))
    child.kill('SIGINT')
    expect(await finished).toMatchObject({ code: 130 })
    expect(await sleepers(child)).toBe(0)
    expect(await readdir(join(machine.home, 'source-builds'))).toEqual([])
    expect(await machine.active('interrupted')).toBeNull()
  })

  it.for(['pin', 'fetch', 'prepare', 'package', 'self-test'] as const)(
    'ends with Ctrl-C in its stage %s, and leaves nothing behind',
    async (stage) => {
      await using machine = await aHive()
      const name = `stopped-at-${stage}`
      const never = sources.serve(`${name}/info/refs`, () => {})
      const source = { pin: `git+${never.replace('/info/refs', '')}#tag=v1`, fetch: never }
      const fields =
        stage === 'pin' || stage === 'fetch'
          ? `source=("${source[stage]}")\nsha256sums=(${stage === 'pin' ? 'SKIP' : sha256('x')})`
          : ''
      const waits = (own: string) => (stage === own ? 'sleep 1000' : ':')
      const program = stage === 'self-test' ? 'exec sleep 1000' : 'echo hello'
      await offer(`pkgname=${name}
pkgver=1.0.0
pkgrel=1
arch=(any)
${fields}
prepare() { ${waits('prepare')}; }
build() { :; }
package() {
  ${waits('package')}
  printf '#!/bin/sh\\n${program}\\n' > program
  install -Dm755 program "$pkgdir/usr/bin/${name}"
}
`)
      const args = ['install', name, '--from', 'source', ...AGREED]
      const { child, finished, says } = machine.start('rbee-hive', args)
      if (stage === 'self-test') await says('running its self-test')
      else if (stage === 'pin' || stage === 'fetch')
        await until(() => sources.asked.some((path) => path.startsWith(`/${name}/`)))
      else await until(() => sleepers(child).then((count) => count > 0))
      child.kill('SIGINT')
      const { code, stderr } = await finished
      expect({ code, stderr }).toMatchObject({ code: 130, stderr: expect.stringContaining('interrupted') })
      expect(await buildProcesses(child.pid)).toEqual([])
      for (const folder of ['source-builds', 'staging'])
        expect(
          existsSync(join(machine.home, folder)) ? await readdir(join(machine.home, folder)) : [],
        ).toEqual([])
      expect(await machine.active(name)).toBeNull()
    },
  )

  it.for([
    { how: 'in the sandbox', tools: ['bash', 'bwrap'], flags: ['--yes'] },
    { how: 'without one', tools: ['bash'], flags: ['--yes', '--allow-unsandboxed'] },
  ])(
    'leaves nothing active when it is killed $how, and the next run clears up',
    async ({ how, tools: path, flags }, context) => {
      if (how === 'in the sandbox' && !hasSandbox) context.skip('bubblewrap does not work here')
      await using machine = await aHive(path)
      await offer(
        worker('killed', { build: 'mkdir -p locked && chmod 0 locked; setsid sleep 1000 & sleep 1000' }),
        worker('next-one'),
      )
      const { child, finished } = machine.start('rbee-hive', [
        'install',
        'killed',
        '--from',
        'source',
        ...flags,
      ])
      await until(() => sleepers(child).then((count) => count > 1))
      child.kill('SIGKILL')
      await finished
      expect(await machine.active('killed')).toBeNull()
      const left = await readdir(join(machine.home, 'source-builds'))
      expect(left).toHaveLength(1)
      expect(await machine.hive('install', 'next-one', '--from', 'source', ...flags)).toMatchObject({
        code: 0,
      })
      expect(await sleepers(child)).toBe(0)
      expect(await buildProcesses(child.pid)).toEqual([])
      expect(await readdir(join(machine.home, 'source-builds'))).toEqual([])
    },
  )
})

/** How many processes of a hive's build wait for the test. */
async function sleepers({ pid }: ChildProcess): Promise<number> {
  return (await buildProcesses(pid)).filter((line) => line === 'sleep 1000').length
}

import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tellStories } from '../apps/cli/src/hive/e2e/site/tell-stories.ts'
import { type RunningDev, startDev } from './dev/running-dev.ts'

const PROJECT = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const TOKEN = 'rbee_op_of-this-test-only-0123456789'
const MANIFEST = `
[worker]
id = "parrot-worker"
name = "Parrot"
description = "Says what it heard."
license = "MIT"

[platforms]
linux = ["x86_64", "aarch64"]
macos = ["x86_64", "aarch64"]

[selftest]
command = ["bin/parrot-worker", "--self-test"]
`

let folder: string
let url: string
let dev: RunningDev | undefined

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dev-'))
  await writeWorker(join(folder, 'catalog/parrot-worker'))
  dev = await startDev(join(folder, 'state'), TOKEN)
  url = dev.url
}, 120_000)

afterAll(async () => {
  await dev?.stop()
  await rm(folder, { recursive: true, force: true })
})

describe('the catalog as a Worker with local D1 and R2', () => {
  it('takes a sync, a publish and an install from the same programs as the catalog on Node', async () => {
    const synced = await run('rbee-catalog', [
      'sync',
      '--catalog',
      join(folder, 'catalog'),
      '--to',
      url,
      '--json',
    ])
    expect(synced).toMatchObject({ code: 0 })
    expect(await (await fetch(`${url}/v1/workers/parrot-worker`)).json()).toMatchObject({
      version: '1.0.0',
      distribution: { type: 'source' },
    })

    const published = await run('rbee-publish', [
      join(folder, 'catalog/parrot-worker'),
      '--artifact',
      `${platform()}=${join(folder, 'build')}`,
    ])
    expect(published).toMatchObject({ code: 0 })

    const installed = await run('rbee-hive', ['install', 'parrot-worker', '--auto', '--json'])
    expect(installed).toMatchObject({ code: 0 })
    const active = JSON.parse(await readFile(join(folder, 'home/workers/parrot-worker/active.json'), 'utf8'))
    expect(active).toMatchObject({ active: { version: '1.0.0', variant: 'cpu' } })

    const again = await run('rbee-publish', [
      join(folder, 'catalog/parrot-worker'),
      '--artifact',
      `${platform()}=${join(folder, 'build')}`,
      '--json',
    ])
    expect(JSON.parse(again.stdout)).toMatchObject({ status: 'unchanged' })
  }, 120_000)

  tellStories(() => ({ url, token: TOKEN }))
})

async function writeWorker(source: string): Promise<void> {
  const program = join(folder, 'build/bin/parrot-worker')
  await mkdir(source, { recursive: true })
  await mkdir(dirname(program), { recursive: true })
  await writeFile(join(source, 'worker.toml'), MANIFEST)
  await writeFile(join(source, 'package.json'), '{"name":"parrot-worker","version":"1.0.0"}')
  await writeFile(join(source, 'LICENSE'), 'MIT\n')
  await writeFile(program, '#!/bin/sh\nexit 0\n')
  await chmod(program, 0o755)
}

function platform(): string {
  return `${process.platform === 'darwin' ? 'macos' : 'linux'}-${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}`
}

function run(
  program: string,
  args: readonly string[],
): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = {
    PATH: process.env.PATH,
    RBEE_REGISTRY: url,
    RBEE_TOKEN: TOKEN,
    RBEE_HOME: join(folder, 'home'),
  }
  const entry = join(PROJECT, 'apps/cli/src/entry', `${program}.ts`)
  return new Promise((settle) => {
    execFile(process.execPath, [entry, ...args], { env, cwd: folder }, (error, stdout, stderr) => {
      settle({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr })
    })
  })
}

import { chmod, mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect } from 'vitest'
import { hostPlatform } from '../../src/publish/host-platform.ts'
import type { Installed } from './installed.ts'

const OPERATOR_TOKEN = `rbee_op_${'o'.repeat(43)}`

const MANIFEST = `[worker]
id = "echo-worker"
name = "Echo"
description = "Says which version it is"
license = "MIT"

[build]
features = ["cpu"]
default_feature = "cpu"

[capabilities]
supported_formats = []
supports_streaming = false
supports_batching = false

[platforms]
linux = ["x86_64", "aarch64"]
macos = ["x86_64", "aarch64"]

[selftest]
command = ["bin/echo-worker", "--self-test"]
timeout_seconds = 20

[run]
command = ["bin/echo-worker"]
port_flag = "--port"
health_path = "/health"
`

/** A PKGBUILD is read by a parser in WebAssembly, which has to be found. */
const PKGBUILD = `pkgname=recipe-worker
pkgver=0.1.0
pkgrel=1
pkgdesc='Only a recipe'
arch=('x86_64')
license=('MIT')
source=("git+https://github.com/example/recipe.git")
sha256sums=('SKIP')

build() {
  true
}

package() {
  true
}
`

/** Built from source it needs nothing but a shell. */
const BUILT_PKGBUILD = `pkgname=built-worker
pkgver=0.1.0
pkgrel=1
pkgdesc='Built where it runs'
arch=('any')
license=('MIT')

build() {
  printf '#!/bin/sh\\necho built here\\n' > program
}

package() {
  install -Dm755 program "$pkgdir/usr/bin/built-worker"
}
`

/**
 * Goes the whole way with installed programs: serves a catalog, publishes a worker, installs, runs, updates and stops it,
 * builds one from source, reads a catalog, and saves everything. Workers run with `node`, whatever runs the programs.
 */
export async function goTheWholeWay(programs: Installed, node: string): Promise<void> {
  const { folder, run } = programs
  const catalog = path.join(folder, 'catalog/recipe-worker')
  await mkdir(catalog, { recursive: true })
  await writeFile(path.join(catalog, 'worker.toml'), MANIFEST.replaceAll('echo-worker', 'recipe-worker'))
  await writeFile(path.join(catalog, 'PKGBUILD'), PKGBUILD)
  await mkdir(path.join(folder, 'catalog/built-worker'))
  await writeFile(
    path.join(folder, 'catalog/built-worker/worker.toml'),
    MANIFEST.replaceAll('echo-worker', 'built-worker'),
  )
  await writeFile(path.join(folder, 'catalog/built-worker/PKGBUILD'), BUILT_PKGBUILD)
  const registry = await programs.serve(['--data-dir', 'data', '--catalog', 'catalog'], {
    RBEE_OPERATOR_TOKEN: OPERATOR_TOKEN,
  })
  const env = { RBEE_REGISTRY: registry }
  const token = (
    await run('rbee-catalog', ['token', 'create', '--scope', 'publish', '--data-dir', 'data'])
  ).trim()

  await publish(programs, node, '1.0.0', { ...env, RBEE_TOKEN: token })
  await run('rbee-hive', ['install', 'echo-worker', '--auto'], env)
  await run('rbee-hive', ['run', 'echo-worker', '--detach'], env)
  const { url } =
    /"url":"(?<url>http:[^"]+)"/.exec(await run('rbee-hive', ['status', '--json']))?.groups ?? {}
  expect(await (await fetch(`${url}/`)).text()).toBe('1.0.0')
  await publish(programs, node, '1.1.0', { ...env, RBEE_TOKEN: token })
  await run('rbee-hive', ['update', 'echo-worker'], env)
  expect(await (await fetch(`${url}/`)).text()).toBe('1.1.0')
  await run('rbee-hive', ['stop', 'echo-worker'])

  await buildFromSource(programs, env)

  const operator = { ...env, RBEE_TOKEN: OPERATOR_TOKEN }
  const synced = await run('rbee-catalog', ['sync', '--catalog', 'catalog', '--json'], operator)
  expect(synced).toContain('"recipe-worker"')
  await run('rbee-catalog', ['backup', '--data-dir', 'data', '--to', 'backup'])
  const script = await (await fetch(`${registry}/install.sh`)).text()
  expect(script).toMatch(/^(any|[a-z]+-\w+) [0-9a-f]{64} \d+ \/v1\/blobs/m)
}

/** The sandbox is used where there is one; that its lack needs a flag of its own is tested elsewhere. */
async function buildFromSource({ run }: Installed, env: Record<string, string>): Promise<void> {
  if (process.platform === 'win32') return
  const flags = ['--from', 'source', '--yes', '--allow-unsandboxed']
  await run('rbee-hive', ['install', 'built-worker', ...flags], env)
  expect(await run('rbee-hive', ['logs', 'built-worker', '--build'])).toContain('Starting package()')
  expect(await run('rbee-hive', ['list', '--json'])).toContain('"pkgbuild_sha256"')
}

async function publish(
  { folder, run }: Installed,
  node: string,
  version: string,
  env: Record<string, string>,
): Promise<void> {
  const worker = path.join(folder, `worker-${version}`)
  const program = path.join(worker, 'artifact/bin/echo-worker')
  await mkdir(path.dirname(program), { recursive: true })
  await writeFile(path.join(worker, 'worker.toml'), MANIFEST)
  await writeFile(path.join(worker, 'artifact/LICENSE'), 'MIT')
  await writeFile(
    program,
    `#!${node}
if (process.argv.includes('--self-test')) process.exit(0)
const port = Number(process.argv[process.argv.indexOf('--port') + 1])
require('node:http').createServer((_, answer) => answer.end('${version}')).listen(port, '127.0.0.1')
`,
  )
  await chmod(program, 0o755)
  const artifact = `${hostPlatform(process)}/cpu=${path.join(worker, 'artifact')}`
  await run('rbee-publish', [worker, '--version', version, '--artifact', artifact], env)
}

import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { compileCatalog, readWorkerFolder } from '../packages/sources/src/index.ts'

const text = await readFile(new URL('./authors.md', import.meta.url), 'utf8')
const [metadata, index] = [...text.matchAll(/```json\n(.*?)```/gs)].map((match) => match[1] ?? '')
const [beside, minimal, pictures, price] = [...text.matchAll(/```toml\n(.*?)```/gs)].map(
  (match) => match[1] ?? '',
)

async function read(files: Record<string, string>) {
  const folder = await mkdtemp(join(tmpdir(), 'authors-'))
  try {
    for (const [name, contents] of Object.entries(files)) await writeFile(join(folder, name), contents)
    return await readWorkerFolder(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

it('shows a manifest beside sources that is accepted without a finding', async () => {
  const worker = await read({ 'worker.toml': beside ?? '', 'package.json': '{"version":"1.2.3"}' })
  expect(worker).toMatchObject({
    findings: [],
    contents: { version: '1.2.3', manifest: { id: 'my-worker' } },
  })
})

it('shows a smallest manifest that is accepted without a finding', async () => {
  const pkgbuild = 'pkgname=my-custom-worker\npkgver=1.0.0\npkgrel=1\narch=(x86_64)\npackage() {\n  true\n}\n'
  const worker = await read({ 'worker.toml': minimal ?? '', PKGBUILD: pkgbuild })
  expect(worker).toMatchObject({
    findings: [],
    contents: { version: '1.0.0', manifest: { id: 'my-custom-worker' } },
  })
})

it('shows screenshots that are read beside the manifest', async () => {
  const worker = await read({
    'worker.toml': `${beside}\n${pictures}`,
    'package.json': '{"version":"1.2.3"}',
  })
  expect(worker).toMatchObject({
    findings: [],
    contents: { manifest: { screenshots: [{ url: 'docs/one.png', caption: expect.any(String) }] } },
  })
})

it('shows a price with which a worker is sold', async () => {
  const worker = await read({ 'worker.toml': `${beside}\n${price}`, 'package.json': '{"version":"1.2.3"}' })
  expect(worker).toMatchObject({
    findings: [],
    contents: { manifest: { pricing: { model: 'subscription', trial_days: 14 } } },
  })
})

it('shows a metadata.json that is accepted without a finding', async () => {
  const worker = await read({ 'metadata.json': metadata ?? '' })
  expect(worker).toMatchObject({
    findings: [],
    contents: { version: '0.2.0', manifest: { build: { features: ['cpu', 'cuda'] } } },
  })
})

it('shows an index that names a branch', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'authors-'))
  const git = (...args: string[]) =>
    promisify(execFile)('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], {
      cwd: folder,
    })
  try {
    await git('init', '-q', '-b', 'my-branch-worker')
    await writeFile(join(folder, 'metadata.json'), metadata ?? '')
    await git('add', '-A')
    await git('commit', '-q', '-m', 'worker')
    await git('checkout', '-q', '--orphan', 'main')
    await git('rm', '-qf', 'metadata.json')
    await writeFile(join(folder, 'catalog.json'), index ?? '')
    await git('add', '-A')
    await git('commit', '-q', '-m', 'index')
    await git('remote', 'add', 'origin', 'https://git.example/workers.git')
    const options = { official: true, base: folder, searchPath: process.env.PATH }
    expect(await compileCatalog('.', options)).toMatchObject({
      findings: [],
      entries: [{ manifest: { id: 'my-branch-worker' }, git: { url: 'https://git.example/workers.git' } }],
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

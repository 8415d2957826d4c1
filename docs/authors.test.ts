import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readWorkerFolder } from '../packages/sources/src/index.ts'

const text = await readFile(new URL('./authors.md', import.meta.url), 'utf8')
const [beside, minimal] = [...text.matchAll(/```toml\n(.*?)```/gs)].map((match) => match[1] ?? '')

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

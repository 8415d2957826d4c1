import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fakeLicense } from '../testing/index.ts'
import { bundle } from './bundle.ts'

const SDK = path.resolve(import.meta.dirname, '../..')

let output: string
beforeEach(async () => {
  output = await mkdtemp(path.join(tmpdir(), 'rbee-bundle-'))
})
afterEach(() => rm(output, { recursive: true }))

async function bundled(entry: string) {
  const plan = { folder: SDK, program: 'x', entries: [entry], packages: [] } as const
  const target = { variant: 'cpu', platform: 'linux-x86_64', version: '1.0.0', output }
  const packages = (await bundle(plan, target)).map((folder) => path.basename(folder))
  const lib = path.join(output, 'lib')
  const [file = ''] = await readdir(lib)
  const bundledFile = path.join(lib, file)
  return { packages, file: bundledFile, text: await readFile(bundledFile, 'utf8') }
}

const importsOf = (text: string) =>
  [...text.matchAll(/^import [^;]*? from "([^"]+)"/gm)].map(([, name]) => name)

describe('the bundle of a worker', () => {
  it('holds nothing of licences where the worker is free', async () => {
    const { packages } = await bundled('examples/echo-worker.ts')
    expect(packages).not.toContain('jose')
  })

  it('holds the guard where it is sold, which needs nothing but Node and takes a few hundred KiB beside zod', async () => {
    const { packages, file, text } = await bundled('src/license/index.ts')
    expect(packages).toEqual(expect.arrayContaining(['jose', 'zod']))
    for (const name of importsOf(text)) expect(name).toMatch(/^node:/)
    expect(text.length).toBeLessThan(1.1 * 2 ** 20)
    const { licenseGuard }: typeof import('../license/index.ts') = await import(pathToFileURL(file).href)
    const { key, env } = fakeLicense({ worker: 'paid-worker', folder: output })
    const log = { info: () => {}, warn: () => {} }
    const guard = licenseGuard({ keys: [key] }).open({ worker: 'paid-worker', env, clock: Date.now, log })
    expect(await guard.check()).toMatchObject({ name: 'refused', reason: 'no_lease' })
  })
})

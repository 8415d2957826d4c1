import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@rbee/api-client'
import { openRepositories, type RepositoriesReport } from '@rbee/package-repositories'
import { failureOf } from '@rbee/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { program, startCatalog, type TestCatalog } from '../hive/e2e/catalog.ts'
import { registryClientSource } from './registry-client-source.ts'

type Lie = (path: string, text: string) => string

let catalog: TestCatalog
let folder = ''
beforeAll(async () => {
  catalog = await startCatalog()
  for (const id of ['echo-worker', 'other-worker']) {
    await catalog.publish({ id, variants: { cpu: program(id, 'echo hi') }, platforms: ['linux-x86_64'] })
  }
  folder = await mkdtemp(join(tmpdir(), 'rbee-lies-'))
})
afterAll(async () => {
  await catalog[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

/** Builds of a registry whose documents are changed on their way. */
function build(place: string, lie: Lie): Promise<RepositoriesReport> {
  const lying: typeof fetch = async (input, init) => {
    const answer = await fetch(input, init)
    const { pathname, search } = new URL(String(input))
    if (pathname.startsWith('/v1/blobs/')) return answer
    return new Response(lie(pathname + search, await answer.text()), answer)
  }
  const client = createClient({ registry: catalog.url, fetch: lying })
  const signal = AbortSignal.timeout(20_000)
  const connection = { url: catalog.url, client, fetchBytes: lying }
  const source = registryClientSource(connection, { signal, onBytes: () => {} })
  return openRepositories({ source, folder: place, clock: () => 0 }).update()
}

const packagesIn = async (place: string) =>
  (await readdir(join(place, 'arch/x86_64'))).filter((name) => name.endsWith('.zst'))

describe('a registry over HTTP', () => {
  it('is read whole', async () => {
    const place = join(folder, 'true')
    expect(await build(place, (_path, text) => text)).toMatchObject({ packages: 2, left_out: [] })
    expect(await packagesIn(place)).toHaveLength(2)
  })

  it.each<[string, Lie]>([
    [
      'speaks for another worker',
      (path, text) => (path.includes('?') ? text : text.replaceAll('echo-', 'other-')),
    ],
    [
      'was published at no time',
      (_path, text) => text.replaceAll(/"published_at":"[^"]*"/g, '"published_at":"soon"'),
    ],
    [
      'was published in a far year',
      (_path, text) => text.replaceAll(/"published_at":"\d{4}/g, '"published_at":"9999'),
    ],
    ['sends no JSON', () => '<html>'],
    [
      'begins its list again and again',
      (path, text) =>
        path.includes('?') ? text.replace('"next_cursor":null', '"next_cursor":"ZWNobw"') : text,
    ],
    [
      'gives empty pages without end',
      (path, text) => (path.includes('?') ? '{"workers":[],"total":2,"next_cursor":"x"}' : text),
    ],
  ])('is refused where it %s', async (what, lie) => {
    const place = join(folder, what.replaceAll(' ', '-'))
    expect((await failureOf(build(place, lie)))?.code).toMatch(/^(?:registry_invalid|invalid_cursor)$/)
    await expect(packagesIn(place)).rejects.toThrow('ENOENT')
  })

  it.each<[string, Lie, string]>([
    [
      'a path for the id of a variant',
      (_path, text) => text.replaceAll('"echo-worker-cpu"', '"../../echo"'),
      '',
    ],
    [
      'the id of another variant',
      (_path, text) => text.replaceAll('"echo-worker-cpu"', '"other-worker-cpu"'),
      'name_taken',
    ],
    [
      'a wrong digest',
      (_path, text) => text.replace(/"digest":"sha256:\w{8}/, '"digest":"sha256:00000000'),
      'digest_mismatch',
    ],
    ['a wrong size', (_path, text) => text.replaceAll(/"size":\d+/g, '"size":7'), 'size_mismatch'],
    [
      'an address with nothing behind it',
      (_path, text) => text.replaceAll(/\/sha256\/\w{8}/g, '/sha256/00000000'),
      'registry_invalid',
    ],
    [
      'another program',
      (_path, text) => text.replace('"binary_name":"echo-worker"', '"binary_name":"sh"'),
      'archive_invalid',
    ],
  ])('loses the worker alone of which it tells %s', async (what, lie, code) => {
    const place = join(folder, what.replaceAll(' ', '-'))
    const report = await build(place, (path, text) =>
      path.includes('/echo-worker') ? lie(path, text) : text,
    )
    expect(report.left_out.map((omission) => omission.code)).toEqual(code === '' ? [] : [code])
    expect(await packagesIn(place)).toHaveLength(1)
    expect(await readdir(place)).toEqual(['.rbee', 'arch', 'homebrew'])
  })
})

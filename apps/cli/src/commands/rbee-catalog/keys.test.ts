import { cp, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { TemporaryFolder } from '@rbee/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DescribedKeys } from '../../catalog/keys/describe-keys.ts'
import { catalogFolder, endPrograms, run, serve } from './testing/program.ts'

let folder: TemporaryFolder
beforeEach(async () => {
  folder = await catalogFolder()
})
afterEach(async () => {
  await endPrograms()
  await folder[Symbol.asyncDispose]()
})

async function keys(...args: string[]): Promise<DescribedKeys> {
  const { code, stdout, stderr } = await run(folder.path, ['keys', ...args, '--json'])
  expect(code, stderr).toBe(0)
  return JSON.parse(stdout)
}
const refused = async (...args: string[]) => {
  const { code, stderr } = await run(folder.path, ['keys', ...args])
  return `${code} ${/\((\w+)\)/.exec(stderr)?.[1]}`
}

describe('rbee-catalog keys', () => {
  it('makes offline keys in a folder of their own, for their owner alone', async () => {
    const { root, online } = await keys('init', '--root-dir', 'usb', '--root-keys', '3', '--threshold', '2')
    expect(root).toMatchObject({ version: 1, threshold: 2 })
    expect(root.keys).toHaveLength(3)
    const files = [
      ...root.keys.map(({ id }) => `usb/${id.slice(0, 16)}.key`),
      `data/keys/online/${online.id.slice(0, 16)}.key`,
    ]
    for (const file of files) {
      expect(((await stat(join(folder.path, file))).mode & 0o777).toString(8), file).toBe('600')
    }
    expect(await refused('init')).toBe('1 file_exists')
    expect((await keys('status')).root.keys.every(({ present }) => !present)).toBe(true)
  })

  it('replaces keys, one or all, as long as enough others are at hand', async () => {
    const first = await keys('init', '--root-dir', 'usb', '--root-keys', '3', '--threshold', '2')
    const second = await keys('rotate', '--role', 'online', '--root-dir', 'usb')
    expect(second.root).toMatchObject({ version: 2, keys: first.root.keys })
    expect(second.online.id).not.toBe(first.online.id)
    const [stolen] = first.root.keys
    const third = await keys('revoke', `${stolen?.id.slice(0, 12)}`, '--root-dir', 'usb')
    expect(third.root.keys.map(({ id }) => id)).not.toContain(stolen?.id)
    const fourth = await keys('rotate', '--role', 'root', '--root-dir', 'usb')
    expect(fourth.root.version).toBe(4)
    expect(fourth.root.keys.filter(({ id }) => third.root.keys.some((key) => key.id === id))).toEqual([])
    const fifth = await keys('renew', '--root-dir', 'usb')
    expect(fifth.root).toMatchObject({ version: 5, keys: fourth.root.keys })
  })

  it('refuses what cannot be signed, and what names no key', async () => {
    expect(await refused('status')).toBe('1 file_not_found')
    await keys('init', '--root-dir', 'usb')
    expect(await refused('rotate', '--role', 'online')).toBe('1 keys_missing')
    expect(await refused('renew', '--root-dir', 'elsewhere')).toBe('1 keys_missing')
    expect(await refused('revoke', '00000000', '--root-dir', 'usb')).toBe('2 usage')
    expect(await refused('revoke', 'x')).toBe('2 usage')
    expect(await refused('rotate', '--role', 'timestamp')).toBe('2 usage')
    expect(await refused('init', '--root-keys', '1', '--threshold', '2')).toBe('2 usage')
  })
})

describe('a server', () => {
  const served = async (url: string, name: string) =>
    Buffer.from(await (await fetch(`${url}/v1/tuf/${name}`)).arrayBuffer())
  const readiness = async (url: string) => {
    const answer = await fetch(`${url}/ready`)
    const { status, code } = (await answer.json()) as { status: unknown; code?: string }
    return code ?? status
  }

  it('makes keys where there are none, and says whom clients trust', async () => {
    await using server = await serve(folder.path, ['--catalog', 'catalog'])
    const { root } = await keys('status')
    expect(server.stderr()).toContain(`clients trust: root 1, ${root.digest}`)
    expect(await served(server.url, '1.root.json')).toEqual(await readFile(root.file))
    expect(await readiness(server.url)).toBe('ready')
  })

  it('goes on with keys that were made before, and takes up others at its next start', async () => {
    await keys('init', '--root-dir', 'usb', '--root-keys', '3', '--threshold', '2')
    await using first = await serve(folder.path, ['--catalog', 'catalog'])
    const before = JSON.parse(`${await served(first.url, 'timestamp.json')}`)
    await first.stop()
    const { online } = await keys('rotate', '--role', 'online', '--root-dir', 'usb')
    await using second = await serve(folder.path, ['--catalog', 'catalog'])
    const after = JSON.parse(`${await served(second.url, 'timestamp.json')}`)
    expect(after.signatures[0].keyid).toBe(online.id)
    expect(after.signed.version).toBeGreaterThan(before.signed.version)
    expect(await readiness(second.url)).toBe('ready')
  })

  it('serves on without its online key, and says that it cannot sign', async () => {
    await using first = await serve(folder.path, ['--catalog', 'catalog'])
    await first.stop()
    await rename(join(folder.path, 'data/keys/online'), join(folder.path, 'lost'))
    await using second = await serve(folder.path, ['--catalog', 'catalog'])
    expect(await readiness(second.url)).toBe('signing_failed')
    expect((await fetch(`${second.url}/v1/workers/first-worker`)).status).toBe(200)
    expect((await fetch(`${second.url}/v1/tuf/timestamp.json`)).status).toBe(200)
    await second.stop()
    await rename(join(folder.path, 'lost'), join(folder.path, 'data/keys/online'))
    const third = await serve(folder.path, ['--catalog', 'catalog'])
    expect(await readiness(third.url)).toBe('ready')
  })

  it('never gives an older version when an old copy of its folder is put back', async () => {
    await keys('init')
    await using first = await serve(folder.path, ['--catalog', 'catalog'])
    await first.stop()
    await cp(join(folder.path, 'data'), join(folder.path, 'copy'), { recursive: true })
    await using second = await serve(folder.path, ['--catalog', 'catalog'])
    const seen = JSON.parse(`${await served(second.url, 'timestamp.json')}`).signed
    await second.stop()
    await rm(join(folder.path, 'data'), { recursive: true })
    await rename(join(folder.path, 'copy'), join(folder.path, 'data'))
    const third = await serve(folder.path, ['--catalog', 'catalog'])
    await expect
      .poll(async () => JSON.parse(`${await served(third.url, 'timestamp.json')}`).signed.version)
      .toBeGreaterThan(seen.version)
  })
})

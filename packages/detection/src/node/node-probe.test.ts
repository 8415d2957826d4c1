import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nodeProbe } from './node-probe.ts'

const probe = nodeProbe({ PATH: '/usr/bin:/bin', LANG: 'de_DE.UTF-8' }, 400)
const node = (script: string) => probe.run(process.execPath, ['-e', script])

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rbee-probe-'))
})
afterAll(() => rm(folder, { recursive: true }))

describe('nodeProbe runs programs', () => {
  it('and tells output and exit status', async () => {
    expect(await node('console.log(1); console.error(2); process.exitCode = 9')).toEqual({
      code: 9,
      stdout: '1\n',
      stderr: '2\n',
    })
  })

  it('in the language that parsers read', async () => {
    expect((await node('console.log(process.env.LC_ALL, process.env.LANG)'))?.stdout).toBe('C C\n')
  })

  it('without a shell', async () => {
    expect((await probe.run('echo', ['$(id)', '; id']))?.stdout).toBe('$(id) ; id\n')
  })

  it('and knows which do not exist', async () => {
    expect(await probe.run('no-such-program', [])).toBeNull()
    expect(await probe.run(folder, [])).toBeNull()
  })

  it('and gives up on one that does not end', async () => {
    expect(await node('setInterval(() => {}, 1000)')).toMatchObject({ code: null })
  })

  it('and gives up on one that does not stop talking', async () => {
    const script = "const fs = require('node:fs'); for (;;) fs.writeSync(1, 'x'.repeat(65536))"
    const answer = await nodeProbe({}).run(process.execPath, ['-e', script])
    expect(answer?.code).toBeNull()
  })
})

describe('nodeProbe reads files', () => {
  it('whole, or their first 4 MiB', async () => {
    await writeFile(join(folder, 'short'), 'glibc ü')
    await writeFile(join(folder, 'long'), Buffer.alloc(5 * 2 ** 20, 'x'))
    expect(await probe.readFile(join(folder, 'short'))).toBe('glibc ü')
    expect((await probe.readFile(join(folder, 'long')))?.length).toBe(4 * 2 ** 20)
  })

  it('and knows which cannot be read', async () => {
    expect(await probe.readFile(join(folder, 'missing'))).toBeNull()
    expect(await probe.readFile(folder)).toBeNull()
    expect(await probe.listFolder(join(folder, 'missing'))).toBeNull()
  })

  it('and lists folders in order', async () => {
    await writeFile(join(folder, 'a'), '')
    expect((await probe.listFolder(folder))?.[0]).toBe('a')
  })

  it('and tells missing from open', async () => {
    expect(await probe.access(join(folder, 'a'))).toBe('open')
    expect(await probe.access(join(folder, 'missing'))).toBe('missing')
    expect(await probe.access(join(folder, 'a', 'below'))).toBe('missing')
  })

  it('and knows the free space of a folder that does not exist yet', async () => {
    expect(await probe.diskFree(join(folder, 'not', 'there'))).toBeGreaterThan(0)
  })
})

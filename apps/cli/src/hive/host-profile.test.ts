import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hostProfileSchema } from '@rbee/schema'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadHostProfile } from './host-profile.ts'

const laptop = {
  os: 'linux',
  arch: 'x86_64',
  libc: { name: 'musl', version: '1.2.5' },
  cpu: { model: null, cores: 4, features: ['avx2'] },
  memory_bytes: 8 * 2 ** 30,
  disk_free_bytes: 2 ** 30,
  container: null,
  wsl: null,
  gpus: [{ vendor: 'nvidia', usable: true }],
}

let cwd: string
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'rbee-profile-'))
})
afterAll(() => rm(cwd, { recursive: true }))

const load = (file?: string) => loadHostProfile({ file, cwd, env: process.env, home: join(cwd, 'home') })

async function loadText(text: string) {
  await writeFile(join(cwd, 'host.json'), text)
  return load('host.json')
}

describe('loadHostProfile', () => {
  it('reads a file of the caller’s folder; what it leaves out is unknown', async () => {
    const profile = await loadText(JSON.stringify(laptop))
    expect(profile).toEqual(hostProfileSchema.parse(laptop))
    expect(profile.gpus[0]?.cuda_version).toBeNull()
  })

  it.each([
    ['no JSON', '{"os": ', 'is not JSON'],
    ['another shape', JSON.stringify({ ...laptop, memory_bytes: '8 GiB' }), 'memory_bytes'],
    ['a negative amount', JSON.stringify({ ...laptop, disk_free_bytes: -1 }), 'disk_free_bytes'],
    [
      'a GPU of nobody',
      JSON.stringify({ ...laptop, gpus: [{ vendor: 'acme', usable: true }] }),
      'gpus.0.vendor',
    ],
    ['too much', ' '.repeat(2 ** 20 + 1), 'larger than a host profile can be'],
  ])('refuses a file with %s and names the flag', async (_name, text, message) => {
    await expect(loadText(text)).rejects.toMatchObject({
      code: 'setting_invalid',
      message: expect.stringMatching(`^--host-profile: .*${message}`),
    })
  })

  it('says that a file is missing', async () => {
    await expect(load('missing.json')).rejects.toMatchObject({ code: 'file_not_found' })
    await expect(load('.')).rejects.toMatchObject({ code: 'file_not_found' })
  })

  it('asks this machine when no file is named', async () => {
    const profile = await load()
    expect(profile.os).toBe({ linux: 'linux', darwin: 'macos', win32: 'windows' }[String(process.platform)])
    expect(profile.cpu.cores).toBeGreaterThan(0)
    expect(profile.memory_bytes).toBeGreaterThan(0)
    expect(profile.disk_free_bytes).toBeGreaterThan(0)
    expect(hostProfileSchema.parse(profile)).toEqual(profile)
  })
})

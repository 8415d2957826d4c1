import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { digestSchema, workerIdSchema } from '@rbee/schema'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type HiveHome, hiveHome } from './home.ts'
import {
  activate,
  type InstalledBuild,
  listInstalled,
  readInstalled,
  removeInstalled,
  requireInstalled,
  tidyBuilds,
} from './installed.ts'
import { openStaging } from './staging.ts'

const ID = workerIdSchema.parse('llm-worker')
let root: string
let home: HiveHome

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'hive-'))
  home = hiveHome(root, '/')
})
afterEach(() => rm(root, { recursive: true, force: true }))

function build(version: string): InstalledBuild {
  return {
    version,
    variant: 'cpu',
    platform: 'linux-x86_64',
    digest: digestSchema.parse(`sha256:${version.replaceAll('.', '').padEnd(64, '0')}`),
    build: `${version}-cpu-x`,
    binary_name: 'llm-worker',
    run: null,
    selftest: null,
    registry: 'http://127.0.0.1:8787',
    gpu: null,
    reason: 'because',
    installed_at: '2026-01-01T00:00:00.000Z',
  }
}

async function install(version: string): Promise<void> {
  const { folder: staged } = await openStaging(home, 0)
  await mkdir(join(staged, 'bin'), { recursive: true })
  await writeFile(join(staged, 'bin/llm-worker'), version)
  await activate(home, ID, staged, build(version))
}

describe('activate', () => {
  it('makes a build active and keeps exactly the one before it', async () => {
    for (const version of ['1.0.0', '1.1.0', '1.2.0']) await install(version)
    const installed = await readInstalled(home, ID)
    expect(installed?.active.version).toBe('1.2.0')
    expect(installed?.previous?.version).toBe('1.1.0')
    expect((await readdir(home.worker(ID).builds)).toSorted()).toEqual(['1.1.0-cpu-x', '1.2.0-cpu-x'])
    expect(await readdir(home.staging)).toEqual([])
  })

  it('keeps the way back when the same build is installed again', async () => {
    for (const version of ['1.0.0', '1.1.0', '1.1.0']) await install(version)
    expect((await readInstalled(home, ID))?.previous?.version).toBe('1.0.0')
  })

  it('survives several at once: one is active, all of it is there', async () => {
    await install('1.0.0')
    await Promise.all(Array.from({ length: 8 }, () => install('2.0.0')))
    const installed = await readInstalled(home, ID)
    expect(installed?.active.version).toBe('2.0.0')
    expect(existsSync(join(home.worker(ID).builds, installed?.active.build ?? '', 'bin/llm-worker'))).toBe(
      true,
    )
  })

  it('leaves the active build alone when the new one never got into place', async () => {
    await install('1.0.0')
    await expect(activate(home, ID, join(home.staging, 'missing'), build('2.0.0'))).rejects.toThrow('ENOENT')
    expect((await readInstalled(home, ID))?.active.version).toBe('1.0.0')
  })
})

describe('tidyBuilds', () => {
  it('removes what a killed activation left, and keeps the active build and the one before', async () => {
    for (const version of ['1.0.0', '1.1.0']) await install(version)
    const { builds } = home.worker(ID)
    await mkdir(join(builds, '0.9.0-cpu-x/bin'), { recursive: true })
    await tidyBuilds(home, ID)
    expect((await readdir(builds)).toSorted()).toEqual(['1.0.0-cpu-x', '1.1.0-cpu-x'])
  })
})

describe('listInstalled', () => {
  it('lists what is installed and nothing else', async () => {
    const nothing = { sound: [], damaged: [] }
    expect(await listInstalled(home)).toEqual(nothing)
    await install('1.0.0')
    await mkdir(join(home.workers, 'left-behind'), { recursive: true })
    await writeFile(join(home.workers, '.DS_Store'), '')
    expect((await listInstalled(home)).sound.map(({ id }) => id)).toEqual(['llm-worker'])
    await removeInstalled(home, ID)
    expect(await listInstalled(home)).toEqual(nothing)
  })

  it('says which file is damaged, and what cures it, and lists the others', async () => {
    await install('1.0.0')
    const damaged = home.worker(workerIdSchema.parse('broken'))
    await mkdir(damaged.folder)
    await writeFile(damaged.active, '{"id":')
    const listed = await listInstalled(home)
    expect(listed.sound.map(({ id }) => id)).toEqual(['llm-worker'])
    expect(listed.damaged).toMatchObject([
      {
        name: 'broken',
        file: damaged.active,
        message: expect.stringContaining('active.json is damaged'),
        next: 'install it again with: rbee-hive install broken',
      },
    ])
    expect((await requireInstalled(home, 'llm-worker-cpu')).id).toBe('llm-worker')
    for (const [text, code] of [
      ['broken', 'state_damaged'],
      ['broken-cpu', 'state_damaged'],
      ['other', 'not_installed'],
    ] as const)
      await expect(requireInstalled(home, text)).rejects.toMatchObject({ code })
  })
})

describe('a damaged file', () => {
  it('of a worker is replaced when it is installed again, and until then none of its builds is removed', async () => {
    for (const version of ['1.0.0', '1.1.0']) await install(version)
    await writeFile(home.worker(ID).active, '')
    await tidyBuilds(home, ID)
    expect(await readdir(home.worker(ID).builds)).toHaveLength(2)
    await install('1.1.0')
    expect(await readInstalled(home, ID)).toMatchObject({ active: { version: '1.1.0' }, previous: null })
    expect(await readdir(home.worker(ID).builds)).toEqual(['1.1.0-cpu-x'])
  })

  it('of an instance keeps builds that it may name, and the worker, from being removed', async () => {
    await mkdir(home.running)
    await writeFile(home.runningFile('some-name'), '{')
    for (const version of ['1.0.0', '1.1.0', '1.2.0']) await install(version)
    expect(await readdir(home.worker(ID).builds)).toHaveLength(3)
    await expect(removeInstalled(home, ID)).rejects.toMatchObject({ code: 'state_damaged' })
    await rm(home.runningFile('some-name'))
    await tidyBuilds(home, ID)
    expect(await readdir(home.worker(ID).builds)).toHaveLength(2)
  })
})

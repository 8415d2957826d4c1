import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { sha256Schema } from '@rbee/schema'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type HiveHome, hiveHome } from './home.ts'
import { abandonedStagings, KEPT_MS, leaveStaging, openStaging } from './staging.ts'

const ARCHIVE = sha256Schema.parse('a'.repeat(64))
const OTHER = sha256Schema.parse('b'.repeat(64))
const NOW = Date.now()
let root: string
let home: HiveHome

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'rbee-staging-'))
  home = hiveHome(root, '/')
  await mkdir(home.staging, { recursive: true })
})
afterEach(() => rm(root, { recursive: true, force: true }))

/** What an install left that was killed while it unpacked an archive. */
async function killed(name: string, archive = ARCHIVE): Promise<void> {
  await mkdir(join(home.staging, name, 'bin'), { recursive: true })
  await writeFile(join(home.staging, name, 'bin/worker'), 'half of it')
  const frame = { compressed: 7, unpacked: 4, pending: 'AAAAAA==' }
  const lines = [{ archive }, { frame }].map((line) => `${JSON.stringify(line)}\n`)
  await writeFile(join(home.staging, `${name}.journal`), lines.join(''))
}

describe('openStaging', () => {
  it('clears away what dead processes left, and nothing of the living', async () => {
    const own = await openStaging(home, NOW)
    await mkdir(own.folder)
    await mkdir(join(home.staging, '4194305.abandoned'))
    await mkdir(join(home.staging, 'unknown'))
    await writeFile(join(home.staging, 'without-folder.journal'), '')
    await openStaging(home, NOW)
    expect(await readdir(home.staging)).toEqual([basename(own.folder)])
  })

  it('takes over an interrupted download of the same archive, and leaves those of others', async () => {
    await killed('1.gone')
    await killed('2.gone', OTHER)
    const { folder, journal, from } = await openStaging(home, NOW, ARCHIVE)
    expect(from).toMatchObject({ compressed: 7, unpacked: 4, files: [] })
    expect(await readdir(join(folder, 'bin'))).toEqual(['worker'])
    expect((await stat(journal)).isFile()).toBe(true)
    expect((await abandonedStagings(home)).map((left) => basename(left.folder))).toEqual(['2.gone'])
  })

  it.each([
    ['before its first line', ''],
    ['within its first line', '{"archive":"aaaa'],
    ['before its first point', `{"archive":"${ARCHIVE}"}\n`],
    ['and is no journal', 'hello\n'],
  ])('removes one whose journal ends %s', async (_, journal) => {
    await killed('1.gone')
    await writeFile(join(home.staging, '1.gone.journal'), journal)
    expect((await openStaging(home, NOW, ARCHIVE)).from).toBeNull()
    expect(await readdir(home.staging)).toEqual([])
  })

  it('gives it to one of several that want it', async () => {
    await killed('1.gone')
    const places = await Promise.all(Array.from({ length: 8 }, () => openStaging(home, NOW, ARCHIVE)))
    expect(places.filter(({ from }) => from !== null)).toHaveLength(1)
  })

  it('removes one that nobody asked for within a week', async () => {
    await killed('1.gone')
    expect((await openStaging(home, NOW + KEPT_MS - 60_000, OTHER)).from).toBeNull()
    expect(await abandonedStagings(home)).toHaveLength(1)
    expect((await openStaging(home, NOW + KEPT_MS + 60_000, ARCHIVE)).from).toBeNull()
    expect(await readdir(home.staging)).toEqual([])
  })
})

describe('leaveStaging', () => {
  it('keeps only what can be gone on with, and only when that is wanted', async () => {
    await killed('1.gone')
    const staging = await openStaging(home, NOW, ARCHIVE)
    await leaveStaging(staging, true)
    expect(await readdir(home.staging)).toHaveLength(2)
    await rm(staging.journal)
    await leaveStaging(staging, true)
    expect(await readdir(home.staging)).toEqual([])
  })
})

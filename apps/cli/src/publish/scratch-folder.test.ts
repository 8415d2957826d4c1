import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { makeScratchFolder } from './scratch-folder.ts'

const MODULE = fileURLToPath(new URL('./scratch-folder.ts', import.meta.url))

let parent: string
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'rbee-scratch-test-'))
})
afterEach(() => rm(parent, { recursive: true, force: true }))

it('is readable by its user alone', async () => {
  const folder = await makeScratchFolder(parent, 'publish')
  expect((await stat(folder)).mode & 0o777).toBe(0o700)
})

it('removes what a killed run left, and nothing of living runs or of others', async () => {
  const script = `
    const { makeScratchFolder } = await import(${JSON.stringify(MODULE)})
    await makeScratchFolder(${JSON.stringify(parent)}, 'publish')
    process.kill(process.pid, 'SIGKILL')`
  const killed = spawnSync(process.execPath, ['--input-type=module', '--eval', script])
  expect(killed.signal).toBe('SIGKILL')
  const [left = ''] = await readdir(parent)
  await writeFile(join(parent, left, 'half a build'), 'x')
  await mkdir(join(parent, 'rbee-publish-another-machine-1.a.b'))

  const living = await makeScratchFolder(parent, 'publish')
  const second = await makeScratchFolder(parent, 'publish')
  const expected = ['rbee-publish-another-machine-1.a.b', basename(living), basename(second)]
  expect((await readdir(parent)).toSorted()).toEqual(expected.toSorted())
})

import { access, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeWritableFolder } from './writable-folder.ts'

describe('makeWritableFolder', () => {
  let base = ''
  beforeEach(async () => {
    base = await mkdtemp(join(tmpdir(), 'rbee-folder-'))
  })
  afterEach(() => rm(base, { recursive: true }))

  it('makes all folders of a path, also when several ask at once', async () => {
    const path = join(base, 'a/b/c')
    await Promise.all([1, 2, 3].map(() => makeWritableFolder(path, '--data-dir')))
    await makeWritableFolder(path, '--data-dir')
    await access(path)
  })

  it('follows a link to a folder', async () => {
    await symlink(base, join(base, 'link'))
    await makeWritableFolder(join(base, 'link/inner'), '--data-dir')
    await access(join(base, 'inner'))
  })

  it.each(['file', 'file/below', 'dangling', `${'x'.repeat(300)}`])(
    'refuses %s by the name of its flag',
    async (name) => {
      await writeFile(join(base, 'file'), '')
      await symlink(join(base, 'nowhere'), join(base, 'dangling'))
      await expect(makeWritableFolder(join(base, name), '--blobs')).rejects.toMatchObject({
        code: 'setting_invalid',
        message: expect.stringMatching(/^--blobs: .* is no folder that can be written to \(E/),
      })
    },
  )

  it('ends where the system makes no folders', async ({ skip }) => {
    await access('/proc/self').catch(() => skip('this system has no /proc'))
    for (const path of ['/proc/rbee', '/proc/rbee/deeper']) {
      await expect(makeWritableFolder(path, '--data-dir')).rejects.toMatchObject({ code: 'setting_invalid' })
    }
  })
})

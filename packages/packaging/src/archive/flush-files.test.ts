import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../test/folder.ts'
import { flushFiles } from './flush-files.ts'

describe('flushing files to the disk', () => {
  it.each([0, 1, 200])('takes %i of them', async (count) => {
    const root = await temporaryFolder()
    await mkdir(join(root, 'lib'))
    const files = Array.from({ length: count }, (_, index) => join(root, 'lib', String(index)))
    for (const file of files) await writeFile(file, 'x')
    await expect(flushFiles(root, files, [root, join(root, 'lib')])).resolves.toBeUndefined()
  })

  it('says so when a file is gone', async () => {
    const root = await temporaryFolder()
    await expect(flushFiles(root, [join(root, 'gone')], [root])).rejects.toMatchObject({ code: 'ENOENT' })
  })
})

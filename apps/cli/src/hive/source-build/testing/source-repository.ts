import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hasCode } from '@rbee/schema'
import { TemporaryFolder } from '@rbee/testing'
import type { SourceServer } from './build-machine.ts'

/** A repository with one file and the tag `v1.0.0`, served as plain files (Git's dumb protocol). */
export async function serveRepository(
  server: SourceServer,
  name: string,
  files: Readonly<Record<string, string>>,
): Promise<{ url: string; commit: string } & AsyncDisposable> {
  const folder = await TemporaryFolder.create()
  await folder.init()
  await folder.write(files)
  const commit = await folder.commit()
  await folder.git(['tag', '-a', 'v1.0.0', '-m', 'release'])
  await folder.git(['clone', '-q', '--bare', '.', 'bare.git'])
  await folder.git(['update-server-info'], { cwd: 'bare.git' })
  const prefix = `${name}.git/`
  server.serveBelow(prefix, async (path) => {
    try {
      return await readFile(join(folder.path, 'bare.git', path))
    } catch (error) {
      if (hasCode(error, 'ENOENT', 'EISDIR')) return null
      throw error
    }
  })
  return {
    url: `${server.url}/${name}.git`,
    commit,
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
}

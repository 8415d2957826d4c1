import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hasCode } from '@rbee/schema'
import { TemporaryFolder } from '@rbee/testing'
import type { SourceServer } from './build-machine.ts'

export interface ServedRepository extends AsyncDisposable {
  readonly url: string
  /** Of the tag. */
  readonly commit: string
  /** One more commit, which is not served yet. */
  commitNext(files: Readonly<Record<string, string>>): Promise<void>
  /** Serves all commits, and the tag at the last one. */
  moveTag(): Promise<void>
}

/** A repository with one file and the tag `v1.0.0`, served as plain files (Git's dumb protocol). */
export async function serveRepository(
  server: SourceServer,
  name: string,
  files: Readonly<Record<string, string>>,
): Promise<ServedRepository> {
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
    async commitNext(more) {
      await folder.write(more)
      await folder.commit()
    },
    async moveTag() {
      await folder.git(['tag', '-f', '-a', 'v1.0.0', '-m', 'moved'])
      await folder.git(['push', '-q', '--force', '--all', 'bare.git'])
      await folder.git(['push', '-q', '--force', '--tags', 'bare.git'])
      await folder.git(['update-server-info'], { cwd: 'bare.git' })
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
}

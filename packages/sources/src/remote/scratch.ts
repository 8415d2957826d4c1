import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hasCode, RbeeError } from '@rbee/schema'

const PREFIX = 'fetch-'

/** A folder for one conversation with a remote, with an empty Git directory in it. */
export class Scratch {
  readonly folder: string
  readonly gitDir: string

  private constructor(folder: string) {
    this.folder = folder
    this.gitDir = join(folder, 'git')
  }

  /** Creates one, and removes those that processes left behind which were killed. */
  static async create(cacheFolder: string): Promise<Scratch> {
    try {
      await mkdir(cacheFolder, { recursive: true, mode: 0o700 })
      await removeAbandoned(cacheFolder)
      const scratch = new Scratch(await mkdtemp(join(cacheFolder, `${PREFIX}${process.pid}-`)))
      await writeGitDir(scratch.gitDir, 'sha1')
      return scratch
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) throw error
      throw new RbeeError(
        'catalog_unreadable',
        `nothing can be fetched into ${cacheFolder} (${error.code})`,
        {
          next: 'make the folder writable, and room on its disk',
          cause: error,
        },
      )
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true })
  }
}

/** Writes an empty bare repository, without the templates and hooks that `git init` would copy. */
export async function writeGitDir(gitDir: string, objectFormat: 'sha1' | 'sha256'): Promise<void> {
  await mkdir(join(gitDir, 'refs'), { recursive: true })
  await mkdir(join(gitDir, 'objects', 'pack'), { recursive: true })
  await writeFile(join(gitDir, 'HEAD'), 'ref: refs/heads/main\n')
  await writeFile(
    join(gitDir, 'config'),
    objectFormat === 'sha1'
      ? '[core]\n\trepositoryformatversion = 0\n\tbare = true\n'
      : '[core]\n\trepositoryformatversion = 1\n\tbare = true\n[extensions]\n\tobjectFormat = sha256\n',
  )
}

async function removeAbandoned(cacheFolder: string): Promise<void> {
  for (const name of await readdir(cacheFolder)) {
    const pid = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1]
    if (pid !== undefined && !isRunning(Number(pid))) {
      await rm(join(cacheFolder, name), { recursive: true, force: true })
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: a process of somebody else, which therefore runs.
    return hasCode(error, 'EPERM')
  }
}

import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** A folder for one test, and Git in it. Removed by `dispose`. */
export class TemporaryFolder {
  readonly path: string

  private constructor(path: string) {
    this.path = path
  }

  static async create(): Promise<TemporaryFolder> {
    return new TemporaryFolder(await mkdtemp(join(tmpdir(), 'rbee-sources-test-')))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // A server that is about to end may still write to it.
    await rm(this.path, { recursive: true, force: true, maxRetries: 10 })
  }

  async write(files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
    for (const [path, contents] of Object.entries(files)) {
      const target = join(this.path, path)
      await mkdir(dirname(target), { recursive: true })
      await writeFile(target, contents)
    }
  }

  async link(target: string, path: string): Promise<void> {
    await mkdir(dirname(join(this.path, path)), { recursive: true })
    await symlink(target, join(this.path, path))
  }

  /** Runs git in the folder, independent of the configuration of this machine. */
  git(args: readonly string[], options: { stdin?: string | Buffer; cwd?: string } = {}): Promise<string> {
    return new Promise((resolve, reject) => {
      const child = execFile(
        'git',
        [...args],
        {
          cwd: join(this.path, options.cwd ?? '.'),
          env: {
            PATH: process.env.PATH,
            GIT_CONFIG_NOSYSTEM: '1',
            GIT_CONFIG_GLOBAL: '/dev/null',
            GIT_AUTHOR_NAME: 'author',
            GIT_AUTHOR_EMAIL: 'author@example.com',
            GIT_AUTHOR_DATE: '2026-01-01T00:00:00Z',
            GIT_COMMITTER_NAME: 'author',
            GIT_COMMITTER_EMAIL: 'author@example.com',
            GIT_COMMITTER_DATE: '2026-01-01T00:00:00Z',
            GIT_ALLOW_PROTOCOL: 'file',
          },
          maxBuffer: 1 << 26,
        },
        (error, stdout) => (error ? reject(error) : resolve(stdout.trim())),
      )
      // A command that reads no input may end before it is closed.
      child.stdin?.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EPIPE') reject(error)
      })
      child.stdin?.end(options.stdin)
    })
  }

  async init(): Promise<void> {
    await this.git(['init', '-q', '-b', 'main'])
  }

  async commit(): Promise<string> {
    await this.git(['add', '-A'])
    await this.git(['commit', '-q', '--allow-empty', '-m', 'change'])
    return this.git(['rev-parse', 'HEAD'])
  }
}

import { execFile, spawnSync } from 'node:child_process'
import { chmod, chown, copyFile, mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** makepkg refuses root; on a machine where the tests run as root, nobody (as Debian and Arch number it) builds. */
const NOBODY = 65534
const builder = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}

export interface Outcome {
  readonly exitCode: number
  /** stdout and stderr. */
  readonly output: string
}

/** fakeroot closes every file that a process may have, one by one: seconds where a million are allowed. */
const FEW_FILES = 'ulimit -n 1024; exec "$0" "$@"'

/** A folder in which the tools run as an ordinary user, and find the Node that runs the tests. */
export class Builder {
  readonly folder: string
  readonly env: Readonly<Record<string, string>>

  /** @param gitUrls public addresses of repositories, and the folders where they lie for the test. */
  static async in(folder: string, gitUrls: Readonly<Record<string, string>>): Promise<Builder> {
    await chmod(folder, 0o755)
    await mkdir(join(folder, 'bin'))
    await mkdir(join(folder, 'home'))
    await copyFile(process.execPath, join(folder, 'bin/node'))
    await chmod(join(folder, 'bin/node'), 0o755)
    return new Builder(folder, gitUrls)
  }

  private constructor(folder: string, gitUrls: Readonly<Record<string, string>>) {
    this.folder = folder
    const redirections = Object.entries(gitUrls).flatMap(([url, place], index) => [
      [`GIT_CONFIG_KEY_${index}`, `url.${place}.insteadOf`],
      [`GIT_CONFIG_VALUE_${index}`, url],
    ])
    this.env = {
      PATH: `${join(folder, 'bin')}:/usr/local/bin:/usr/bin:/bin`,
      HOME: join(folder, 'home'),
      LC_ALL: 'C.UTF-8',
      PKGEXT: '.pkg.tar.zst',
      GIT_CONFIG_COUNT: String(Object.keys(gitUrls).length),
      GIT_CONFIG_NOSYSTEM: '1',
      ...Object.fromEntries(redirections),
    }
  }

  /** Runs a program in a folder that belongs to who builds. */
  run(
    program: string,
    args: readonly string[],
    cwd: string,
    env: Record<string, string> = {},
  ): Promise<Outcome> {
    return new Promise((settle) => {
      const options = { cwd, env: { ...this.env, ...env }, maxBuffer: 2 ** 24, ...builder }
      execFile('bash', ['-c', FEW_FILES, program, ...args], options, (error, stdout, stderr) => {
        const exitCode = error === null ? 0 : typeof error.code === 'number' ? error.code : 127
        settle({ exitCode, output: `${stdout}${stderr}` })
      })
    })
  }

  /** Hands a folder and everything in it to who builds. */
  async own(folder: string): Promise<void> {
    if (builder.uid === undefined) return
    await chown(folder, builder.uid, builder.gid)
    for (const entry of await readdir(folder, { recursive: true })) {
      await chown(join(folder, entry), builder.uid, builder.gid)
    }
  }
}

/** @returns which of the programs an ordinary user does not find here. */
export function missingPrograms(programs: readonly string[]): string[] {
  const env = { PATH: '/usr/local/bin:/usr/bin:/bin' }
  return programs.filter((program) => spawnSync(program, ['--version'], { env, ...builder }).status !== 0)
}

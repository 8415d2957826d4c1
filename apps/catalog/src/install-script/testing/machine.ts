import { spawn, spawnSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

/** What a machine needs to run the script, beside a shell and something to download with. */
const TOOLS =
  'cat chmod cut env grep gzip head ln ls mkdir mktemp mv readlink rm rmdir sed sha256sum sh sleep tar tr uname wc'

/** What came of running the script. */
export interface ScriptRun {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A machine of somebody who installs: an empty home, and only the programs that are named on its PATH. */
export interface Machine extends AsyncDisposable {
  readonly home: string
  /** Runs a text as `curl … | sh -s -- ARGS` does. */
  run(script: string, options?: RunOptions): Promise<ScriptRun>
  /** Every file and link below the home, by its path from there. */
  files(): Promise<readonly string[]>
  /** Puts a program on the PATH. */
  addProgram(name: string, text: string): Promise<void>
}

export interface RunOptions {
  readonly shell?: readonly string[]
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/** The shells of this machine that the script has to run in. */
export const SHELLS = (
  [
    ['sh', ['sh']],
    ['dash', ['dash']],
    ['bash', ['bash']],
    ['busybox', ['busybox', 'sh']],
  ] as const
).filter(([program]) => pathOf(program) !== null)

/** Where a program lies; null where it is missing. */
export function pathOf(program: string): string | null {
  const found = spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program], { encoding: 'utf8' })
  return found.status === 0 ? found.stdout.trim() : null
}

export async function aMachine(programs: readonly string[] = ['curl']): Promise<Machine> {
  const root = await mkdtemp(join(tmpdir(), 'rbee-machine-'))
  const [home, bin, temporary] = [join(root, 'home'), join(root, 'bin'), join(root, 'tmp')]
  await Promise.all([home, bin, temporary].map((folder) => mkdir(folder)))
  for (const program of [...TOOLS.split(' '), ...programs]) {
    const path = pathOf(program)
    if (path !== null) await symlink(path, join(bin, program))
  }
  return {
    home,
    async run(script, { shell = ['sh'], args = [], env = {} } = {}) {
      const [program = 'sh', ...before] = shell
      const child = spawn(pathOf(program) ?? program, [...before, '-s', '--', ...args], {
        cwd: home,
        env: { HOME: home, PATH: [bin].join(delimiter), TMPDIR: temporary, ...env },
      })
      // A script that is refused at its first line may end before all of it was read.
      child.stdin.on('error', () => {})
      child.stdin.end(script)
      const [stdout, stderr, code] = await Promise.all([
        textOf(child.stdout),
        textOf(child.stderr),
        new Promise<number | null>((resolve) => void child.once('close', resolve)),
      ])
      const left = await readdir(temporary)
      if (left.length > 0) throw new Error(`the script left ${left} behind`)
      return { code, stdout, stderr }
    },
    async files() {
      const entries = await readdir(home, { recursive: true, withFileTypes: true })
      return entries
        .filter((entry) => !entry.isDirectory())
        .map((entry) => join(entry.parentPath, entry.name).slice(home.length + 1))
        .toSorted()
    },
    async addProgram(name, text) {
      await rm(join(bin, name), { force: true })
      await writeFile(join(bin, name), `#!/bin/sh\n${text}\n`)
      await chmod(join(bin, name), 0o755)
    },
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  }
}

async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'

/** What a command left behind. */
export interface CommandOutcome {
  /** Null when a signal ended it. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A built artifact in a temporary folder. */
export interface TestArtifact extends AsyncDisposable {
  readonly folder: string
}

/** Runs a worker's `build.ts` as the publishing program does, with the Node of the test. Rejects with its words. */
export async function buildForTest(
  workerFolder: string,
  target: { readonly platform: string; readonly variant: string; readonly version: string },
): Promise<TestArtifact> {
  const folder = await mkdtemp(path.join(tmpdir(), 'rbee-artifact-'))
  const { code, stderr } = await runBuildScript(workerFolder, { ...target, output: folder })
  if (code !== 0) throw new Error(`The build failed: ${stderr}`)
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) }
}

/** Runs a worker's `build.ts` and gives what it said. */
export async function runBuildScript(
  workerFolder: string,
  target: {
    readonly platform: string
    readonly variant: string
    readonly version: string
    readonly output: string
  },
): Promise<CommandOutcome> {
  return await run(process.execPath, ['build.ts'], workerFolder, {
    RBEE_PLATFORM: target.platform,
    RBEE_VARIANT: target.variant,
    RBEE_VERSION: target.version,
    RBEE_OUTPUT: target.output,
  })
}

/** SHA-256 over names, executable bits and bytes of every file, in the order of their names. */
export async function folderDigest(folder: string): Promise<string> {
  const hash = createHash('sha256')
  for (const file of await filesOf(folder)) {
    const executable = ((await stat(path.join(folder, file))).mode & 0o111) !== 0
    const bytes = createHash('sha256')
    await pipeline(createReadStream(path.join(folder, file)), bytes)
    hash.update(`${file} ${executable} ${bytes.digest('hex')}\n`)
  }
  return hash.digest('hex')
}

/** Paths of the files of a folder, sorted. Throws for anything that is neither file nor folder. */
export async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const odd = entries.find((entry) => !entry.isFile() && !entry.isDirectory())
  if (odd !== undefined) throw new Error(`${odd.name} is neither a file nor a folder.`)
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .toSorted()
}

/** The newest glibc whose symbols the files of an artifact ask for, for example `2.34`; null when none does. */
export async function newestGlibc(folder: string): Promise<string | null> {
  let newest = -1
  for (const file of await filesOf(folder)) {
    const bytes = await readFile(path.join(folder, file))
    if (bytes.toString('latin1', 0, 4) !== '\x7fELF') continue
    // Names of needed versions stand in the file as text (ELF gABI supplement, symbol versioning).
    for (const [, minor] of bytes.toString('latin1').matchAll(/GLIBC_2\.(\d+)/g)) {
      newest = Math.max(newest, Number(minor))
    }
  }
  return newest === -1 ? null : `2.${newest}`
}

/**
 * Runs a program of an artifact where there is nothing but a bare Debian: no Node, no network, an empty environment.
 * Needs bubblewrap.
 *
 * @param root folder that debootstrap made.
 */
export async function runInBareRoot(
  root: string,
  artifact: string,
  command: readonly [string, ...string[]],
): Promise<CommandOutcome> {
  const [program, ...args] = command
  const sandbox = ['--unshare-all', '--die-with-parent', '--clearenv', '--setenv', 'PATH', '/usr/bin:/bin']
  const mounts = ['--ro-bind', root, '/', '--ro-bind', artifact, '/mnt', '--proc', '/proc', '--dev', '/dev']
  return await run('bwrap', [...sandbox, ...mounts, '--tmpfs', '/tmp', `/mnt/${program}`, ...args], '/', {})
}

/** Runs a command to its end. */
export async function run(
  file: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<CommandOutcome> {
  return await new Promise((resolve, reject) => {
    const child = execFile(
      file,
      [...args],
      { cwd, env: { PATH: '/usr/bin:/bin', ...env } },
      (failure, stdout, stderr) => {
        if (failure !== null && typeof failure.code === 'string') reject(failure)
        else resolve({ code: child.exitCode, stdout, stderr })
      },
    )
  })
}

import { mkdir, mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hasCode, type TokenAnswer } from '@rbee/schema'
import { TemporaryFolder } from '@rbee/testing'
import { program as publishProgram } from '../../../commands/rbee-publish/index.ts'
import { HOST_ARCH, HOST_OS, startCatalog, type TestCatalog } from '../../../hive/e2e/catalog.ts'
import {
  aPathWith,
  aSourceServer,
  type SourceServer,
} from '../../../hive/source-build/testing/build-machine.ts'
import { aGeneratedWorker } from '../../../hive/source-build/testing/real-workers.ts'
import type { ProgramSpec } from '../../../program/define.ts'
import { runProgram } from '../../../program/run.ts'

export interface Outcome {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
  /** The code of the failure, `done` without one. */
  readonly code: string
}

/** An author's repository, served to everybody as plain files. */
export interface AuthorsRepository {
  /** The author's working copy. */
  readonly folder: TemporaryFolder
  readonly url: string
  /** Commits what the working copy holds and serves it. @returns the commit */
  push(): Promise<string>
}

/** A registry, an author, and a machine that builds again, with everything real. */
export interface RebuildBench extends AsyncDisposable {
  readonly catalog: TestCatalog
  readonly sources: SourceServer
  readonly folder: string
  readonly home: string
  repository(name: string, files: Readonly<Record<string, string>>): Promise<AuthorsRepository>
  /** Runs a program with an operator's token. */
  run(args: readonly string[], options?: RunOptions): Promise<Outcome>
  /** Publishes a folder of a repository, and says in a catalog that it lies there. */
  publish(repository: AuthorsRepository, worker: WorkerPlace): Promise<void>
  /** Says in the catalog that a worker lies in another folder than it does. */
  move(id: string, path: string): Promise<void>
  /** What was left in the folder for temporary files, and in the home's folder for builds. */
  leftovers(): Promise<string[]>
}

export interface WorkerPlace {
  readonly id: string
  /** Folder in the repository. */
  readonly path: string
  readonly commit: string
}

export interface RunOptions {
  /** By default rbee-publish. */
  readonly program?: ProgramSpec
  readonly signal?: AbortSignal
  readonly cwd?: string
  readonly registry?: string
  readonly token?: string
  readonly ask?: (question: string) => Promise<string>
  /** Told of what is printed for people. */
  readonly told?: (text: string) => void
}

export async function aRebuildBench(): Promise<RebuildBench> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'rbee-rebuild-test-')))
  const temporary = join(folder, 'tmp')
  await mkdir(temporary)
  // Of this bench alone, so that what is left there is its own.
  const { TMPDIR } = process.env
  process.env.TMPDIR = temporary
  const [catalog, sources] = await Promise.all([startCatalog(), aSourceServer()])
  const operator: TokenAnswer = await catalog.createToken('operator')
  const path = await aPathWith(folder, ['bash', 'git', 'bwrap', 'sh'])
  const home = join(folder, 'home')
  const entries = new Map<string, ReturnType<typeof aGeneratedWorker>>()
  const repositories: TemporaryFolder[] = []
  const run: RebuildBench['run'] = async (args, options = {}) => {
    const { signal = new AbortController().signal, cwd = folder, registry = catalog.url, ask } = options
    const { program = publishProgram } = options
    let stdout = ''
    let stderr = ''
    const hear = (text: string) => {
      stderr += text
      options.told?.(text)
    }
    const exitCode = await runProgram(program, {
      argv: args,
      program: [program.name],
      env: {
        PATH: `${path}:/usr/bin:/bin`,
        RBEE_TOKEN: options.token ?? operator.token,
        RBEE_HOME: home,
        RBEE_REGISTRY: registry,
      },
      cwd,
      stdout: { write: (text) => (stdout += text) },
      stderr: { write: hear, isTTY: false, columns: () => 80 },
      clock: Date.now,
      version: '0.0.0',
      signal,
      ...(ask === undefined ? {} : { ask }),
    })
    return { exitCode, stdout, stderr, code: /^error: .*\(([a-z_]+)\)$/m.exec(stderr)?.[1] ?? 'done' }
  }
  return {
    ...{ catalog, sources, folder, home, run },
    async repository(name, files) {
      const own = await TemporaryFolder.create()
      repositories.push(own)
      await own.init()
      await own.write(files)
      return {
        folder: own,
        url: `${sources.url}/${name}.git`,
        async push() {
          const commit = await own.commit()
          await serve(own, name, sources)
          return commit
        },
      }
    },
    async publish(repository, { id, path: place, commit }) {
      const git = { url: repository.url, commit, path: place }
      entries.set(id, aGeneratedWorker(id, git, {}))
      await catalog.describe([...entries.values()])
      const published = await run([join(repository.folder.path, place), '--skip-selftest'])
      if (published.exitCode !== 0) throw new Error(published.stderr)
    },
    async move(id, place) {
      const entry = entries.get(id)
      if (entry === undefined) throw new Error(`${id} is not in the catalog`)
      entries.set(id, { ...entry, git: { ...entry.git, path: place } })
      await catalog.describe([...entries.values()])
    },
    async leftovers() {
      const own = (await readdir(temporary)).filter((name) => name.startsWith('rbee-rebuild-'))
      return [...own, ...(await readdir(join(home, 'source-builds')).catch(() => []))]
    },
    async [Symbol.asyncDispose]() {
      if (TMPDIR === undefined) delete process.env.TMPDIR
      else process.env.TMPDIR = TMPDIR
      await catalog[Symbol.asyncDispose]()
      await sources[Symbol.asyncDispose]()
      for (const repository of repositories) await repository[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Git's dumb protocol: files of a bare copy. */
async function serve(folder: TemporaryFolder, name: string, sources: SourceServer): Promise<void> {
  const bare = join(folder.path, '.git', 'served.git')
  await rm(bare, { recursive: true, force: true })
  await folder.git(['clone', '-q', '--bare', '.', bare])
  await folder.git(['-C', bare, 'update-server-info'])
  sources.serveBelow(`${name}.git/`, async (path) => readIfThere(join(bare, path)))
}

async function readIfThere(path: string): Promise<Uint8Array | null> {
  try {
    return await readFile(path)
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'EISDIR')) return null
    throw error
  }
}

/** A manifest of a worker whose command fills a folder. */
function aManifestText(id: string, build: string): string {
  return `[worker]
id = "${id}"
name = "${id}"
description = "A worker of a test"
license = "Apache-2.0"

[build]
features = ["cpu"]
default_feature = "cpu"
${build}

[platforms]
${HOST_OS} = ["${HOST_ARCH}"]
`
}

/** Files of a worker whose build is a script of the shell. */
export function aScriptedWorker(id: string, script: string): Record<string, string> {
  return {
    [`workers/${id}/worker.toml`]: aManifestText(id, 'system = "make"\ncommand = ["sh", "build.sh"]'),
    [`workers/${id}/build.sh`]: `set -eu\nmkdir -p "$RBEE_OUTPUT/bin"\n${script}\n`,
    [`workers/${id}/package.json`]: `{"name":"${id}","version":"0.3.0","private":true}\n`,
    [`workers/${id}/README.md`]: `# ${id}\n`,
    LICENSE: 'Apache-2.0\n',
  }
}

const NO_SUM = '0'.repeat(64)

/** A worker in Rust whose dependency says, when it fails, where its source lay: in a folder of the repository. */
export function aCargoWorker(id: string): Record<string, string> {
  const folder = `workers/${id}`
  return {
    [`${folder}/worker.toml`]: aManifestText(id, 'system = "cargo"'),
    [`${folder}/Cargo.toml`]: `[package]
name = "${id}"
version = "0.3.0"
edition = "2021"

[dependencies]
picky = "0.3"
`,
    [`${folder}/Cargo.lock`]: `version = 3

[[package]]
name = "picky"
version = "0.3.0"
source = "registry+https://github.com/rust-lang/crates.io-index"
checksum = "${NO_SUM}"

[[package]]
name = "${id}"
version = "0.3.0"
dependencies = [
 "picky",
]
`,
    [`${folder}/src/main.rs`]: `fn main() {
    let sizes: Vec<usize> = std::env::args().map(|one| one.len()).collect();
    println!("{}", picky::pick(&sizes, sizes.len() / 2));
}
`,
    [`${folder}/.cargo/config.toml`]:
      '[source.crates-io]\nreplace-with = "vendored"\n\n[source.vendored]\ndirectory = "vendor"\n',
    [`${folder}/vendor/picky/Cargo.toml`]: '[package]\nname = "picky"\nversion = "0.3.0"\nedition = "2021"\n',
    [`${folder}/vendor/picky/src/lib.rs`]: `#[inline(never)]
pub fn pick(sizes: &[usize], index: usize) -> usize {
    sizes[index]
}
`,
    [`${folder}/vendor/picky/.cargo-checksum.json`]: `{"files":{},"package":"${NO_SUM}"}\n`,
    LICENSE: 'Apache-2.0\n',
  }
}

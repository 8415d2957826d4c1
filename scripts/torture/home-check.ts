import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { hiveHome } from '../../apps/cli/src/hive/home.ts'
import { type InstalledWorker, readInstalled } from '../../apps/cli/src/hive/installed.ts'
import { workerIdSchema } from '../../packages/schema/src/index.ts'
import { Breach, must, mustEqual } from './breach.ts'

/** The files of a folder: path, SHA-256, and whether it may be executed. */
type Tree = string

/** Checks the home folder of a hive, for one worker. */
export interface HomeCheck {
  /** Remembers what a version consists of. */
  expect(version: string, folder: string): Promise<void>
  /** The active build and the one before are whole, and the active one runs. Fails with a `Breach`. */
  whole(): Promise<InstalledWorker | null>
  /**
   * What is there is whole, and of the version that was to be installed; where the program that was to do so was killed, it may be
   * of the one before. Fails with a `Breach`.
   *
   * @param before null where nothing was installed.
   */
  changed(before: string | null, wanted: string, program: { readonly code: number | null }): Promise<void>
  /** Nothing lies there but the active build and the one before. */
  tidy(): Promise<void>
}

export function homeCheck(path: string, worker: string): HomeCheck {
  const id = workerIdSchema.parse(worker)
  const home = hiveHome(path, path)
  const place = home.worker(id)
  const expected = new Map<string, Tree>()
  return {
    async expect(version, folder) {
      expected.set(version, await readTree(folder))
    },
    whole,
    async changed(before, wanted, { code }) {
      const active = (await whole())?.active.version ?? null
      mustEqual(active, active === wanted || code !== null ? wanted : before, 'the active version')
    },
    async tidy() {
      const installed = await readInstalled(home, id)
      const kept = [installed?.active.build, installed?.previous?.build].filter((name) => name !== undefined)
      mustEqual((await listNames(place.builds)).toSorted(), kept.toSorted(), 'the builds that lie there')
      for (const folder of [home.staging, place.pins])
        mustEqual(await listNames(folder), [], `what lies in ${folder}`)
      for (const lock of await listNames(join(home.root, 'locks')))
        mustEqual(await listNames(join(home.root, 'locks', lock)), [], `who holds the lock ${lock}`)
      for (const folder of [place.folder, home.running, home.ports]) {
        const temporary = (await listNames(folder)).filter((name) => name.endsWith('.tmp'))
        mustEqual(temporary, [], `temporary files in ${folder}`)
      }
    },
  }

  async function whole(): Promise<InstalledWorker | null> {
    const installed = await readInstalled(home, id)
    for (const build of [installed?.active, installed?.previous]) {
      if (!build) continue
      const found = await readTree(join(place.builds, build.build))
      must(
        found === expected.get(build.version),
        `the build ${build.build} is not what was published:\n${found}`,
      )
    }
    if (installed) await selfTest(join(place.builds, installed.active.build, 'bin', worker))
    return installed
  }
}

async function readTree(folder: string): Promise<Tree> {
  const lines: string[] = []
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    throw new Breach(`${folder} cannot be read: ${error}`)
  })
  for (const entry of entries) {
    if (entry.isDirectory()) continue
    const path = join(entry.parentPath, entry.name)
    const sum = createHash('sha256')
      .update(await readFile(path))
      .digest('hex')
    const executable = ((await stat(path)).mode & 0o111) !== 0
    lines.push(`${relative(folder, path)} ${sum}${executable ? ' executable' : ''}`)
  }
  return lines.toSorted().join('\n')
}

function selfTest(program: string): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(program, ['--self-test'], (error) => {
      if (error) reject(new Breach(`the active build does not run: ${error.message}`))
      else resolve()
    })
  })
}

async function listNames(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}

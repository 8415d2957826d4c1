import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { PROGRAM_NAMES } from '@rbee/schema'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hostPlatform } from '../src/publish/host-platform.ts'
import { hasRuntime } from './executable/bun.ts'
import { buildExecutables } from './executables.ts'
import { productVersion } from './product-version.ts'
import { installed } from './testing/installed.ts'
import { goTheWholeWay } from './testing/whole-way.ts'

const HOST = hostPlatform(process)
const canBuild = HOST !== null && !HOST.startsWith('windows') && hasRuntime(HOST)

describe.skipIf(!canBuild)(
  'a standalone executable (where "build:executables" ran once, which fetches a runtime)',
  () => {
    let scratch = ''
    let bin = ''
    beforeAll(async () => {
      scratch = await mkdtemp(path.join(tmpdir(), 'rbee-executables-'))
      const [build] = await buildExecutables(scratch, HOST === null ? [] : [HOST])
      if (build === undefined) throw new Error('nothing was built')
      bin = path.dirname(build.executable)
      for (const program of PROGRAM_NAMES.filter((name) => name !== 'rbee-hive')) {
        await symlink('rbee-hive', path.join(bin, program))
      }
    }, 300_000)
    afterAll(async () => {
      await rm(scratch, { recursive: true, force: true })
    })

    it('is the program that it is called by, or that is named first', async () => {
      await using programs = await installed([bin])
      for (const program of PROGRAM_NAMES) {
        expect(await programs.run(program, ['--version'])).toBe(`${await productVersion()}\n`)
        expect(await programs.run(program, ['--help'])).toMatch(new RegExp(`^Usage: ${program} `))
        expect(await programs.run('rbee-hive', [program, '--help'])).toMatch(
          new RegExp(`^Usage: ${program} `),
        )
      }
    })

    it('takes no settings from files of the folder it is run in', async () => {
      await using programs = await installed([bin])
      await writeFile(path.join(programs.folder, '.env'), 'RBEE_REGISTRY=http://127.0.0.1:1\n')
      await writeFile(path.join(programs.folder, 'bunfig.toml'), 'preload = ["./evil.ts"]\n')
      await writeFile(path.join(programs.folder, 'evil.ts'), 'console.log("evil")\n')
      const { stdout, stderr } = await programs.outcome('rbee-hive', ['info', 'x-worker', '--json'])
      expect(stdout + stderr).not.toMatch(/evil|127\.0\.0\.1:1\b/)
    })

    it('goes the whole way', { timeout: 120_000 }, async () => {
      await using programs = await installed([bin])
      await goTheWholeWay(programs, process.execPath)
    })
  },
)

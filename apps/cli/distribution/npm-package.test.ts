import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { digestTar, listPackEntries } from '@rbee/packaging'
import { PROGRAM_NAMES } from '@rbee/schema'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CLONE } from './clone.ts'
import { layOutPackage, packWithNpm } from './package-layout.ts'
import { productVersion } from './product-version.ts'
import { installed } from './testing/installed.ts'
import { goTheWholeWay } from './testing/whole-way.ts'

/** The Node of the tests, and one of another version if there is one: the lowest that is supported, on the developers' machines. */
const NODES = nodesOfThisMachine()
const canInstall = process.platform !== 'win32' && spawnSync('npm', ['--version']).status === 0

describe('the npm package', () => {
  let scratch = ''
  const folder = () => path.join(scratch, 'package')
  let tarball = ''
  beforeAll(async () => {
    scratch = await realpath(await mkdtemp(path.join(tmpdir(), 'rbee-package-')))
    await mkdir(folder())
    await layOutPackage(folder())
    if (canInstall) tarball = packWithNpm(folder(), scratch)
  })
  afterAll(async () => {
    await rm(scratch, { recursive: true, force: true })
  })

  it('needs no other package and no install script', async () => {
    const manifest = JSON.parse(readFileSync(path.join(folder(), 'package.json'), 'utf8'))
    expect(Object.keys(manifest).toSorted()).toEqual([
      'bin',
      'description',
      'engines',
      'license',
      'name',
      'version',
    ])
    expect(Object.keys(manifest.bin).toSorted()).toEqual([...PROGRAM_NAMES].toSorted())
    expect(manifest.version).toBe(await productVersion())
  })

  it('is the same bytes however often it is built, and names no path of this machine', async () => {
    const again = path.join(scratch, 'again')
    await mkdir(again)
    await layOutPackage(again)
    const [first, second] = await Promise.all([folder(), again].map(digestOf))
    expect(second).toEqual(first)
    for (const file of filesBelow(path.join(folder(), 'lib')).filter((name) => name.endsWith('.mjs'))) {
      expect(readFileSync(file, 'utf8').includes(CLONE), file).toBe(false)
    }
  })

  it('tells the licences of everything it holds', () => {
    const notices = readFileSync(path.join(folder(), 'THIRD-PARTY-NOTICES.txt'), 'utf8')
    for (const name of ['zod', 'hono', 'commander', 'tree-sitter-bash', '@photostructure/sqlite']) {
      expect(notices).toMatch(new RegExp(`^${name} \\d.*\\(`, 'm'))
    }
  })

  it('says what a Node that is too old lacks', () => {
    const launcher = readFileSync(path.join(folder(), 'bin/rbee-hive'), 'utf8')
    // Nothing that engines of ten years ago could not read.
    expect(launcher).not.toMatch(/=>|\b(?:const|let|await|class)\b|`/)
    expect(launcher).toContain('needs Node 20.19.0 or later')
  })

  describe.skipIf(!canInstall).each(NODES)('installed under Node %s (needs npm)', (version, node) => {
    const prefix = () => path.join(scratch, `node-${version}`)
    const programPath = () => [path.join(prefix(), 'bin'), path.dirname(node)]
    beforeAll(() => {
      const { status, stdout, stderr } = spawnSync(
        'npm',
        ['install', '--global', '--offline', '--ignore-scripts', '--prefix', prefix(), tarball],
        { encoding: 'utf8', env: { ...process.env, PATH: programPath().concat('/usr/bin:/bin').join(':') } },
      )
      expect(status, stdout + stderr).toBe(0)
    })

    it('has four programs that say their version and explain themselves', async () => {
      await using programs = await installed(programPath())
      for (const program of PROGRAM_NAMES) {
        expect(await programs.run(program, ['--version'])).toBe(`${await productVersion()}\n`)
        expect(await programs.run(program, ['--help'])).toMatch(new RegExp(`^Usage: ${program} `))
      }
    })

    it('goes the whole way', { timeout: 120_000 }, async () => {
      await using programs = await installed(programPath())
      await goTheWholeWay(programs, node)
    })

    it('reads no catalog that was not named', async () => {
      await using programs = await installed(programPath())
      const url = await programs.serve(['--data-dir', 'data'])
      expect(await (await fetch(`${url}/v1/workers`)).json()).toMatchObject({ total: 0 })
      const sync = await programs.outcome('rbee-catalog', ['sync', '--dry-run'])
      expect([sync.code, sync.stderr]).toEqual([2, expect.stringContaining('--catalog')])
    })
  })
})

async function digestOf(folder: string) {
  return digestTar(await listPackEntries(folder))
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(folder, name))
    .filter((file) => statSync(file).isFile())
}

/** By version: the Node that runs this, and the one on the system's own path. */
function nodesOfThisMachine(): readonly (readonly [string, string])[] {
  const found = [process.execPath, '/usr/bin/node', '/usr/local/bin/node'].filter((file) => existsSync(file))
  const byVersion = new Map(
    found.map((file) => [spawnSync(file, ['--version'], { encoding: 'utf8' }).stdout.trim().slice(1), file]),
  )
  return [...byVersion].filter(([version]) => Number(version.split('.')[0]) >= 20)
}

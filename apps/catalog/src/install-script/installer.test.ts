import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { archivePath } from '@rbee/registry'
import { programsInputSchema } from '@rbee/schema'
import { anOperator, packedArchive, sendArchive } from '@rbee/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningServer, startServer } from '../entry/node.ts'
import { aMachine, pathOf, SHELLS } from './testing/machine.ts'

const ARCH: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'aarch64' }
const MACHINE = `linux-${ARCH[process.arch]}`
const isRunnable = process.platform === 'linux' && process.arch in ARCH && pathOf('curl') !== null

/** A stand-in for the executable: it tells its name, version and registry. */
const hive = (version: string) => `#!/bin/sh
if [ "$1" = --version ]; then echo ${version}; exit; fi
echo "\${0##*/} \${RBEE_REGISTRY-}"
`

describe.skipIf(!isRunnable)('installing with /install.sh (needs Linux and curl)', () => {
  let dataDir = ''
  let server: RunningServer | null = null
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'rbee-installer-'))
    server = await startServer({
      host: '127.0.0.1',
      port: 0,
      dataDir,
      log: { info: () => {}, error: console.error },
      clock: Date.now,
      randomBytes,
    })
    await offer('1.0.0')
  })
  afterAll(async () => {
    await server?.close()
    await rm(dataDir, { recursive: true })
  })

  const running = () => {
    if (server === null) throw new Error('the server is not up')
    return server
  }
  async function offer(version: string, platform = MACHINE, program = hive(version)) {
    const archive = await packedArchive({ 'bin/rbee-hive': program, LICENSE: platform })
    const { registry } = running()
    await sendArchive(registry, anOperator(), archive)
    const builds = [{ platform, sha256: archive.sha256 }]
    await registry.offerPrograms(anOperator(), programsInputSchema.parse({ version, builds }))
    return archive
  }
  const script = async () => (await fetch(`${running().url}/install.sh`)).text()

  it.each(SHELLS)('works in %s, and again', async (_name, shell) => {
    await offer('1.0.0')
    await using machine = await aMachine()
    const first = await machine.run(await script(), { shell })
    expect(first.stderr).toContain('installed rbee 1.0.0')
    expect(first.stderr).toContain(`export PATH="${machine.home}/.local/bin:$PATH"`)
    expect(first.code).toBe(0)
    const bin = join(machine.home, '.local/bin')
    const called = await machine.run(`"${bin}/rbee-hive"; "${bin}/rbee"; "${bin}/rbee-publish"`)
    const { url } = running()
    expect(called.stdout).toBe(`rbee-hive ${url}\nrbee ${url}\nrbee-publish ${url}\n`)
    const other = await machine.run(
      `RBEE_REGISTRY=https://o.example "${bin}/rbee-hive"; "${bin}/rbee-catalog"`,
    )
    expect(other.stdout).toBe('rbee-hive https://o.example\nrbee-catalog \n')

    const before = await machine.files()
    const again = await machine.run(await script(), { shell, env: { PATH: `${process.env.PATH}:${bin}` } })
    expect(again.stderr).toContain('rbee 1.0.0 is here already')
    expect(again.stderr).toContain('next: rbee-hive install llm-worker --auto')
    expect(await machine.files()).toEqual(before)
  })

  it('keeps the version before, and not the ones before that', async () => {
    await using machine = await aMachine()
    for (const version of ['1.0.0', '1.1.0', '1.2.0']) {
      await offer(version)
      expect(await machine.run(await script())).toMatchObject({ code: 0 })
    }
    const { stdout } = await machine.run(`.local/bin/rbee-hive --version; ls .local/lib/rbee`)
    expect(stdout).toMatch(/^1\.2\.0\n1\.1\.0-\w+\n1\.2\.0-\w+\n$/)
  })

  it('goes where it is told, and is removed again with everything of its own', async () => {
    await offer('1.0.0')
    await using machine = await aMachine()
    const dir = join(machine.home, "it's here")
    expect(await machine.run(await script(), { args: ['--dir', dir] })).toMatchObject({ code: 0 })
    expect((await machine.run(`"$1/bin/rbee-hive" --version`, { args: [dir] })).stdout).toBe('1.0.0\n')
    await writeFile(join(dir, 'bin/mine'), 'mine')
    const uninstalled = await machine.run(await script(), {
      args: ['--uninstall'],
      env: { RBEE_INSTALL_DIR: dir },
    })
    expect(uninstalled).toMatchObject({ code: 0 })
    expect(await machine.files()).toEqual(["it's here/bin/mine"])
  })

  it('refuses bytes that were tampered with, and leaves nothing behind', async () => {
    const { sha256 } = await offer('1.0.0')
    const file = join(dataDir, archivePath(sha256))
    const bytes = await readFile(file)
    await using machine = await aMachine()
    try {
      await writeFile(file, Buffer.concat([bytes.subarray(0, -1), Buffer.from([~(bytes.at(-1) ?? 0)])]))
      const { code, stderr } = await machine.run(await script())
      expect(code).toBe(1)
      expect(stderr).toMatch(/its SHA-256 is [0-9a-f]{64}, not [0-9a-f]{64}/)
      expect(await machine.files()).toEqual([])
    } finally {
      await writeFile(file, bytes)
    }
  })

  it('tells once what tar could not do, and leaves nothing behind', async () => {
    await offer('1.0.0')
    await using machine = await aMachine()
    const bin = join(dataDir, 'full-disk')
    await mkdir(bin)
    const complaint = 'No space left on device'
    await writeFile(
      join(bin, 'tar'),
      `#!/bin/sh\ncat >/dev/null\nyes '${complaint}' | head -n 90 >&2\nexit 2\n`,
      {
        mode: 0o755,
      },
    )
    const { code, stderr } = await machine.run(await script(), {
      env: { PATH: `${bin}:${process.env.PATH}` },
    })
    expect(code).toBe(1)
    expect(stderr.split(complaint)).toHaveLength(2)
    expect(await machine.files()).toEqual([])
  })

  it('does nothing when only a part of it arrives', async () => {
    await offer('1.0.0')
    await using machine = await aMachine()
    const whole = await script()
    const lines = [...whole.matchAll(/\n/g)].map(({ index }) => index)
    const ends = [
      ...lines.slice(0, -1).filter((_, index) => index % 4 === 0),
      ...Array.from({ length: 12 }, (_, back) => whole.length - 3 - back),
    ]
    for (let start = 0; start < ends.length; start += 20) {
      const group = ends.slice(start, start + 20)
      await Promise.all(group.map((end) => machine.run(whole.slice(0, end)).catch(() => {})))
    }
    expect(await machine.files()).toEqual([])
  })

  it.skipIf(pathOf('wget') === null)('downloads with wget where there is no curl', async () => {
    await using machine = await aMachine(['wget'])
    expect(await machine.run(await script())).toMatchObject({ code: 0 })
    expect((await machine.run('.local/bin/rbee-hive --version')).stdout).toBe('1.0.0\n')
  })

  it('says what is missing to download with', async () => {
    await using machine = await aMachine([])
    expect(await machine.run(await script())).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('neither curl nor wget'),
    })
    expect(await machine.files()).toEqual([])
  })

  it('says that it cannot write there', async () => {
    await using machine = await aMachine()
    await writeFile(join(machine.home, 'file'), '')
    const { code, stderr } = await machine.run(await script(), { args: ['--dir', 'file/inside'] })
    expect([code, stderr]).toEqual([1, expect.stringContaining('cannot be written to')])
    expect(await machine.files()).toEqual(['file'])
  })

  it('leaves programs alone that came some other way', async () => {
    await using machine = await aMachine()
    await mkdir(join(machine.home, '.local/bin'), { recursive: true })
    await writeFile(join(machine.home, '.local/bin/rbee'), 'another program')
    const { code, stderr } = await machine.run(await script())
    expect([code, stderr]).toEqual([1, expect.stringContaining('was not installed by this script')])
    expect(await machine.files()).toEqual(['.local/bin/rbee'])
  })

  it('leaves nothing behind of programs that do not run here', async () => {
    await offer('1.0.0', MACHINE, '#!/bin/sh\necho cannot execute\nexit 1\n')
    await using machine = await aMachine()
    const { code, stderr } = await machine.run(await script())
    expect([code, stderr]).toEqual([1, expect.stringContaining('do not run on this machine: cannot execute')])
    expect(await machine.files()).toEqual([])
  })

  describe('where there is only the portable build', () => {
    it('takes it with a Node that is new enough', async () => {
      await offer('1.0.0', 'any')
      await using machine = await aMachine()
      await machine.addProgram('node', 'exit 0')
      expect(await machine.run(await script())).toMatchObject({ code: 0 })
    })

    it.each([
      ['no Node', null, 'there is no node on the PATH'],
      ['an old one', 'if [ "$1" = --version ]; then echo v18.0.0; else exit 1; fi', 'is v18.0.0'],
    ])('asks for Node where there is %s', async (_what, node, reason) => {
      await offer('1.0.0', 'any')
      await using machine = await aMachine()
      if (node !== null) await machine.addProgram('node', node)
      const { code, stderr } = await machine.run(await script())
      expect(code).toBe(1)
      expect(stderr).toContain('needs Node 20.19 or later')
      expect(stderr).toContain(reason)
      expect(await machine.files()).toEqual([])
    })
  })

  it.each([
    ['Darwin', 'arm64', 'there is no build for macos-aarch64; there are: linux'],
    ['FreeBSD', 'amd64', 'there is no build for FreeBSD-x86_64'],
    ['Linux', 'riscv64', 'there is no build for linux-riscv64'],
    ['MINGW64_NT-10.0', 'x86_64', 'Windows is not installed by this script'],
  ])('says on %s %s what it has', async (system, processor, reason) => {
    await offer('1.0.0')
    await using machine = await aMachine()
    await machine.addProgram('uname', `if [ "$1" = -s ]; then echo ${system}; else echo ${processor}; fi`)
    expect(await machine.run(await script())).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(reason),
    })
    expect(await machine.files()).toEqual([])
  })
})

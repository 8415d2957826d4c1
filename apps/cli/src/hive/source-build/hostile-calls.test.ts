import { spawn, spawnSync } from 'node:child_process'
import { openSync } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { failureOf } from '@rbee/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findBuildTools } from './build-tools.ts'
import { limitedCommand } from './limits.ts'
import { aBuildMachine, aPathWith, type BuildMachine } from './testing/build-machine.ts'

const tools = await findBuildTools(process.env.PATH)
const hasPerl = spawnSync('/usr/bin/perl', ['-e', '1']).status === 0
const noSandbox = typeof tools.sandbox === 'string' ? tools.sandbox : hasPerl ? null : 'there is no perl'
/** Numbers of keyctl, add_key, io_uring_setup, socket, memfd_create (asm/unistd.h). */
const [KEYCTL, ADD_KEY, IO_URING, SOCKET, MEMFD] =
  process.arch === 'arm64' ? [219, 217, 425, 198, 279] : [250, 248, 425, 41, 319]

let machine: BuildMachine
beforeAll(async () => {
  machine = await aBuildMachine()
})
afterAll(() => machine[Symbol.asyncDispose]())

const worker = (name: string, functions: string) => `pkgname=${name}
pkgver=1.0.0
pkgrel=1
arch=(any)
${functions}
`
const packs = (name: string) => `package() {
  printf '#!/bin/sh\\necho hello\\n' > program
  install -Dm755 program "$pkgdir/usr/bin/${name}"
}`

/** What a build prints that asks for things one after another, each on a line of its own. */
async function printed(name: string, commands: string): Promise<string> {
  await machine.build(worker(name, `build() {\nset +e\n${commands}\ntrue\n}\n${packs(name)}`))
  return machine.log(name)
}

describe('system calls that lead out of namespaces', { timeout: 60_000 }, () => {
  it('reach neither keyrings, nor the host of a virtual machine, nor memory that nobody counts', async (context) => {
    if (noSandbox !== null) context.skip(noSandbox)
    const call = (name: string, args: string) =>
      `perl -e 'my ($number, @rest) = (${args}); my $r = syscall($number, @rest); print "${name}: ", ($r < 0 ? "refused " . ($!+0) : "done"), "\\n"'`
    const log = await printed(
      'caller',
      [
        call('join', `${KEYCTL}, 1, 0`),
        // -3 is the session's keyring, which is inherited whatever namespaces there are.
        call('search', `${KEYCTL}, 10, -3, "user", "nothing", 0`),
        call('add', `${ADD_KEY}, "user", "planted", "x", 1, -3`),
        call('ring', `${IO_URING}, 8, "\\0" x 120`),
        call('vsock', `${SOCKET}, 40, 1, 0`),
        call('raw', `${SOCKET}, 17, 3, 3`),
        call('memory', `${MEMFD}, "x", 0`),
        call('unix', `${SOCKET}, 1, 1, 0`),
        call('inet', `${SOCKET}, 2, 1, 0`),
      ].join('\n'),
    )
    expect(log.split('\n').filter((line) => /^\w+: (?:refused|done)/.test(line))).toEqual([
      'join: refused 1',
      'search: refused 1',
      'add: refused 1',
      'ring: refused 38',
      'vsock: refused 97',
      'raw: refused 97',
      'memory: refused 38',
      'unix: done',
      'inet: done',
    ])
  })

  it('reach no first process but their own', async (context) => {
    if (noSandbox !== null) context.skip(noSandbox)
    const log = await printed('first', `tr '\\0' ' ' < /proc/1/cmdline; echo; echo "first is $$"`)
    expect(log).toContain('first is 1\n')
    expect(log).not.toMatch(/bwrap/)
  })

  it('reach no service whose socket lies in a folder of the system', async (context) => {
    if (noSandbox !== null) context.skip(noSandbox)
    if (process.getuid?.() !== 0) context.skip('only root may make a socket there')
    const path = `/opt/rbee-test-${process.pid}.sock`
    let connections = 0
    const server = createServer((socket) => {
      connections += 1
      socket.destroy()
    })
    await new Promise<void>((resolve) =>
      server.listen({ path, writableAll: true, readableAll: true }, resolve),
    )
    try {
      const log = await printed(
        'knocker',
        `perl -MIO::Socket::UNIX -e 'print IO::Socket::UNIX->new(Peer => "${path}") ? "open" : "closed", "\\n"'`,
      )
      expect(log).toContain('closed\n')
      expect(connections).toBe(0)
    } finally {
      await new Promise((resolve) => server.close(resolve))
      await rm(path, { force: true })
    }
  })
})

describe('what a build inherits', () => {
  it('holds no descriptor of whoever started the hive', async () => {
    const secret = join(machine.folder, 'secret')
    await writeFile(secret, 'secret')
    const limits = { seconds: 10, memory: 2 ** 30, disk: 2 ** 30, processes: 100 }
    const [program = '', ...args] = limitedCommand(
      tools.bash ?? '/bin/bash',
      ['/bin/sh', '-c', 'cat /dev/fd/23; echo end'],
      limits,
      10_000,
    )
    const none = Array.from({ length: 20 }, () => 'ignore' as const)
    const descriptor = openSync(secret, 'r')
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore', ...none, descriptor] })
    let said = ''
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    await new Promise((resolve) => child.once('close', resolve))
    expect(said).toBe('end\n')
  })
})

describe('a script that rewrites itself', { timeout: 60_000 }, () => {
  const rewriting = (name: string) => {
    const evil = 'package() { echo the other text ran; install -Dm755 /bin/true'
    return worker(
      name,
      `prepare() {
  rm -f "$startdir/PKGBUILD" 2>/dev/null || true
  mv "$srcdir/.." /tmp/moved 2>/dev/null || true
  { sed "s|^package() {|${evil} \\"\\$pkgdir/usr/bin/${name}\\"|" "$startdir/PKGBUILD" || echo changed; } > /tmp/new-$$ 2>/dev/null || true
  cp -f /tmp/new-$$ "$startdir/PKGBUILD" 2>/dev/null || true
  rm -f /tmp/new-$$
  echo "prepare() tried"
}
build() { :; }
${packs(name)}`,
    )
  }
  const BUILDERS = ['makepkg', 'the own runner'] as const
  const pathFor = (builder: string, ...more: string[]) =>
    aPathWith(machine.folder, ['bash', 'git', ...more, ...(builder === 'makepkg' ? ['makepkg'] : [])])

  it.for(BUILDERS)('stays what was shown, by %s in the sandbox', async (builder, context) => {
    if (typeof tools.sandbox === 'string') context.skip(tools.sandbox)
    if (builder === 'makepkg' && tools.makepkg === null) context.skip('makepkg is not installed')
    const name = builder === 'makepkg' ? 'rewriting-made' : 'rewriting-own'
    const result = await machine.build(rewriting(name), { path: await pathFor(builder, 'bwrap') })
    expect(await readFile(join(result.folder, 'bin', name), 'utf8')).toBe('#!/bin/sh\necho hello\n')
    const log = await machine.log(name)
    expect(log).toContain('prepare() tried')
    expect(log).not.toContain('the other text ran')
  })

  it.for(BUILDERS)('is not built on by %s where there is no sandbox', async (builder, context) => {
    if (builder === 'makepkg' && tools.makepkg === null) context.skip('makepkg is not installed')
    const name = builder === 'makepkg' ? 'rewritten-made' : 'rewritten-own'
    const failure = await failureOf(
      machine.build(rewriting(name), {
        path: await pathFor(builder),
        agreed: ['--yes', '--allow-unsandboxed'],
      }),
    )
    expect(failure).toMatchObject({
      code: 'build_failed',
      message: expect.stringContaining('changed its own PKGBUILD'),
    })
    expect(await machine.log(name)).not.toContain('the other text ran')
  })
})

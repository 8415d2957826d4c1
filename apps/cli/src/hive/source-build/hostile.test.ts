import { access, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { failureOf } from '@rbee/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findBuildTools } from './build-tools.ts'
import {
  aBuildMachine,
  aPathWith,
  aSourceServer,
  type BuildMachine,
  type SourceServer,
} from './testing/build-machine.ts'
import { buildProcesses } from './testing/build-processes.ts'

const tools = await findBuildTools(process.env.PATH)
const noSandbox = typeof tools.sandbox === 'string' ? tools.sandbox : null

let machine: BuildMachine
let outside: SourceServer
/** The quickest way to build, with and without a sandbox. */
let sandboxed: string
let bare: string
beforeAll(async () => {
  machine = await aBuildMachine()
  outside = await aSourceServer()
  sandboxed = await aPathWith(machine.folder, ['bash', 'git', 'bwrap'])
  bare = await aPathWith(machine.folder, ['bash', 'git'])
})
afterAll(async () => {
  await machine[Symbol.asyncDispose]()
  await outside[Symbol.asyncDispose]()
})

/** A script that goes on after everything that fails, and packs a program that shows what it saw. */
function attempts(name: string, commands: string, where: 'prepare' | 'build' | 'package' = 'build'): string {
  const body = (own: string, more = '') =>
    `${own}() {\n${where === own ? `set +e\n${commands}\n` : ''}${more}\ntrue\n}`
  return `pkgname=${name}
pkgver=1.0.0
pkgrel=1
arch=(any)
${body('prepare')}
${body('build', "printf '#!/bin/sh\\necho hello\\n' > program; touch seen")}
${body('package', `install -Dm755 program "$pkgdir/usr/bin/${name}"; install -Dm644 seen "$pkgdir/usr/share/seen"`)}
`
}

describe('a hostile script in the sandbox', { timeout: 60_000 }, () => {
  it.for(['prepare', 'build', 'package'] as const)(
    'reads, writes and calls nothing outside in %s()',
    async (where, context) => {
      if (noSandbox !== null) context.skip(noSandbox)
      const users = join(machine.folder, 'users-home')
      await mkdir(join(users, '.ssh'), { recursive: true })
      await writeFile(join(users, '.ssh/id_ed25519'), 'marker-of-a-secret')
      const connections = outside.connections()
      const { port } = new URL(outside.url)
      const result = await machine.build(
        attempts(
          `curious-${where}`,
          `{
          cat ${users}/.ssh/id_ed25519 ~/.ssh/* /root/.ssh/* /etc/shadow /proc/1/environ
          find / -name 'id_ed25519' -exec cat {} +
          grep -ra marker-of-a-secret /rbee-build/home /tmp /var /run /home
          ls /home /root /var /run
        } > "$srcdir/seen" 2>/dev/null
        for place in ${users} ${machine.home.root} /usr /usr/bin /etc / /opt /dev /var/lib; do
          echo planted > $place/planted
        done
        echo '* * * * * root true' > /etc/cron.d/planted
        (exec 3<>/dev/tcp/127.0.0.1/${port}; echo GET / >&3)
        curl -s --max-time 2 ${outside.url}/called
        curl -s --max-time 2 http://localhost:${port}/called
        kill -9 -1
        kill -9 ${process.pid}
        true`,
          where,
        ),
        { path: sandboxed },
      )
      expect(await readFile(join(result.folder, 'share/seen'), 'utf8')).not.toContain('marker-of-a-secret')
      expect(outside.connections()).toBe(connections)
      for (const place of [
        users,
        machine.home.root,
        '/usr',
        '/usr/bin',
        '/etc',
        '/',
        '/opt',
        '/dev',
        '/var/lib',
        '/etc/cron.d',
      ])
        await expect(access(join(place, 'planted'))).rejects.toThrow('ENOENT')
      await expectNothingLeft()
    },
  )

  it('has no rights to gain, and nobody else to see', async (context) => {
    if (noSandbox !== null) context.skip(noSandbox)
    const result = await machine.build(
      attempts(
        'powerless',
        `{
          echo "uid $(id -u)"
          grep -E '^(CapEff|CapPrm|NoNewPrivs)' /proc/self/status
          echo "processes $(ls /proc | grep -c '^[0-9]*$')"
          unshare --user --map-root-user true && echo 'made a namespace'
          mount -t tmpfs tmpfs /tmp && echo mounted
          su -c true && echo became-root
          env | sort
        } > "$srcdir/seen" 2>/dev/null`,
      ),
      { path: sandboxed },
    )
    const seen = await readFile(join(result.folder, 'share/seen'), 'utf8')
    expect(seen).not.toContain('uid 0\n')
    expect(seen).toContain('CapEff:\t0000000000000000')
    expect(seen).toContain('NoNewPrivs:\t1')
    expect(Number(/processes (\d+)/.exec(seen)?.[1])).toBeLessThan(10)
    expect(seen).not.toMatch(/made a namespace|mounted|became-root/)
    expect(seen).not.toMatch(/^(RBEE_TOKEN|VITEST|npm_)/m)
  })
})

describe('a build that takes too much', { timeout: 60_000 }, () => {
  const GREEDY = [
    { limit: 'time', commands: 'while :; do :; done', limits: { seconds: 1 } },
    { limit: 'processes', commands: 'bomb() { bomb | bomb & }; bomb; sleep 60', limits: { processes: 40 } },
    {
      limit: 'memory',
      // Each holds its block until the pipe takes it, which nobody reads: no processor is needed for that.
      commands: 'for i in 1 2 3; do dd if=/dev/zero bs=60M count=1 | sleep 60 & done; sleep 60',
      limits: { memory: 100 * 2 ** 20, seconds: 30 },
    },
    {
      limit: 'disk',
      commands: 'for i in $(seq 1000); do head -c 10M /dev/urandom > file$i; done; sleep 60',
      limits: { disk: 60 * 2 ** 20 },
    },
  ] as const
  const places = [
    { place: 'in the sandbox', agreed: ['--yes'] },
    { place: 'without one', agreed: ['--yes', '--allow-unsandboxed'] },
  ]
  const cases = places.flatMap((place) => GREEDY.map((greedy) => ({ ...place, ...greedy })))

  it.for(cases)(
    'is ended $place: $limit ($commands)',
    async ({ place, agreed, limit, commands, limits }, context) => {
      const path = place === 'in the sandbox' ? sandboxed : bare
      if (path === sandboxed && noSandbox !== null) context.skip(noSandbox)
      const failure = await failureOf(machine.build(attempts('greedy', commands), { path, agreed, limits }))
      expect(failure).toMatchObject({ code: 'build_failed', details: { limit } })
      await expectNothingLeft()
      expect(await machine.log('greedy')).toContain(failure?.message.split(': ')[1] ?? 'a reason')
    },
  )

  it('leaves no process behind that left its group', async () => {
    const script = attempts('daemon', 'setsid sleep 1000 < /dev/null > /dev/null 2>&1 &\nsleep 0.2')
    await machine.build(script, { path: bare, agreed: ['--yes', '--allow-unsandboxed'] })
    await expectNothingLeft()
  })
})

async function expectNothingLeft(): Promise<void> {
  expect(await readdir(machine.home.sourceBuilds)).toEqual([])
  expect(await readdir(machine.home.staging)).toEqual([])
  // The kernel takes a moment to clear away what was killed.
  for (let round = 0; round < 100 && (await buildProcesses(process.pid)).length > 0; round += 1)
    await sleep(20)
  expect(await buildProcesses(process.pid)).toEqual([])
}

import { execFileSync } from 'node:child_process'
import { mkdir, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createClient } from '@rbee/api-client'
import { failureOf } from '@rbee/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { canMount } from '../e2e/machine.ts'
import { hiveHome } from '../home.ts'
import type { Lie } from '../trust/testing/lying-proxy.ts'
import { type LyingWorld, lyingWorld } from '../trust/testing/lying-world.ts'
import { checkLogged, type LogQuestion } from './check-logged.ts'
import { readKeptLog } from './kept-log.ts'

let world: LyingWorld

beforeAll(async () => {
  world = await lyingWorld()
  await world.publish('echo-worker', '1.0.0')
})
afterAll(() => world[Symbol.asyncDispose]())

/** A registry whose signed metadata names this log. */
async function question(signed: string | null, lie: Lie = (_path, answer) => answer): Promise<LogQuestion> {
  const registry = world.proxy.registry(lie)
  const client = createClient({ registry })
  return {
    home: hiveHome(world.machine().home, '/'),
    registry,
    client,
    trust: { target: async () => (signed === null ? null : new TextEncoder().encode(signed)) },
    release: await client.getRelease('echo-worker', '1.0.0'),
    clock: Date.now,
    signal: new AbortController().signal,
  }
}

async function signedLog(): Promise<string> {
  const key = await (await fetch(`${world.catalog.url}/v1/log/key`)).text()
  return JSON.stringify({ origin: key.split('+')[0], key: key.trim() })
}

describe('a registry without a log', () => {
  it('is no reason to refuse, if it never had one', async () => {
    expect(await checkLogged(await question(null))).toBeNull()
  })

  it('is refused where it had one before', async () => {
    const before = await question(await signedLog())
    expect(await checkLogged(before)).toMatchObject({ index: expect.any(Number) })
    const after: LogQuestion = { ...before, trust: { target: async () => null } }
    expect(await failureOf(checkLogged(after))).toMatchObject({
      code: 'log_unavailable',
      message: expect.stringMatching(/keeps no log any more; it had one of \d+ entries before/),
    })
  })

  it.each(['{}', '{"origin":"x","key":"no key"}', '[]', ''])(
    'that names %s as its log is refused',
    async (signed) => {
      expect((await failureOf(checkLogged(await question(signed))))?.code).toBe('log_invalid')
    },
  )
})

it('a log that stalls keeps nobody for longer than is bearable, and nothing of it is kept', async () => {
  const stalling: Lie = (path, answer, response) => {
    if (!path.includes('/log/tile/')) return answer
    response.writeHead(200).write('x')
    return 'answered'
  }
  const asked = { ...(await question(await signedLog(), stalling)), patienceMs: 300 }
  const began = performance.now()
  expect(await failureOf(checkLogged(asked))).toMatchObject({
    code: 'registry_unreachable',
    message: expect.stringContaining('cannot be read in time'),
  })
  expect(performance.now() - began).toBeLessThan(5_000)
  expect(await readKeptLog(asked.home, asked.registry)).toBeNull()
})

const mount = canMount()
it.skipIf(!mount)(
  `what cannot be kept because the disk is full is not taken for seen${mount ? '' : ' (needs the right to mount)'}`,
  async () => {
    const asked = await question(await signedLog())
    const { root } = asked.home
    await mkdir(root, { recursive: true })
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', root])
    try {
      await mkdir(asked.home.trustFolder(asked.registry), { recursive: true })
      // The folder of its lock is made while there is room.
      expect(await checkLogged(asked)).toMatchObject({ size: expect.any(Number) })
      const kept = await readKeptLog(asked.home, asked.registry)
      const { bavail, bsize } = await statfs(root)
      await writeFile(join(root, 'filler'), new Uint8Array(bavail * bsize))
      await world.publish('echo-worker', '1.1.0')
      expect((await failureOf(checkLogged(asked)))?.code).toBe('disk_full')
      expect(await readKeptLog(asked.home, asked.registry)).toEqual(kept)
    } finally {
      execFileSync('umount', [root])
    }
  },
)

it('entries that others add meanwhile are no reason to refuse', async () => {
  const asked = await question(await signedLog())
  const results = await Promise.all([
    ...Array.from({ length: 6 }, () => checkLogged(asked)),
    world.publish('other-worker', '1.0.0'),
    world.publish('other-worker', '1.1.0'),
  ])
  expect(results).toHaveLength(8)
  const kept = await readKeptLog(asked.home, asked.registry)
  expect(kept?.size).toBeGreaterThan(0)
  await checkLogged(asked)
})

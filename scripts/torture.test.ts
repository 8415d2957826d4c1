import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { killMoment } from './torture/kill-moments.ts'
import { readOptions, TortureUsageError, VICTIMS, type VictimName } from './torture/options.ts'

/** Spread over the whole of what a victim does; who changes what may be killed makes more of them by hand. */
const ROUNDS = 10
/** They share one catalog, and are killed several times in a row. */
const TRANSFERS: readonly VictimName[] = [
  'activation',
  'bundle-create',
  'bundle-install',
  'download',
  'licensed-install',
  'patch',
]
const TRANSFER_ROUNDS = 20
const PROJECT = resolve(dirname(fileURLToPath(import.meta.url)), '..')

const running = new Set<ChildProcess>()
afterAll(async () => {
  for (const child of running) {
    child.kill('SIGINT')
    await once(child, 'close')
  }
})

function torture(...args: string[]) {
  const child = spawn(process.execPath, ['scripts/torture.ts', ...args], { cwd: PROJECT })
  running.add(child)
  child.once('close', () => running.delete(child))
  let output = ''
  const said = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
      for (const look of said) look()
    })
  }
  const ended = once(child, 'close').then(() => ({ code: child.exitCode, output }))
  const says = (text: string) =>
    new Promise<void>((heard) => {
      said.add(() => {
        if (output.includes(text)) heard()
      })
    })
  return { child, ended, says }
}

describe.skipIf(process.platform === 'win32')('programs that are killed at any moment', () => {
  const groups = [
    { victims: TRANSFERS, rounds: TRANSFER_ROUNDS },
    ...VICTIMS.filter((name) => !TRANSFERS.includes(name)).map((name) => ({
      victims: [name],
      rounds: ROUNDS,
    })),
  ]
  it.concurrent.each(groups)(
    '$victims: $rounds kills of each lose nothing and leave nothing',
    async ({ victims, rounds }) => {
      const named = victims.flatMap((name) => ['--only', name])
      const { code, output } = await torture(...named, '--rounds', `${rounds}`, '--seed', 'ci').ended
      expect(code, output).toBe(0)
      for (const victim of victims) {
        const [, killed] = new RegExp(`^${victim} +${rounds} +(\\d+) .*nothing lost$`, 'm').exec(output) ?? []
        expect(Number(killed), output).toBeGreaterThan(0)
      }
    },
    // Waits for what it starts, and for nothing else: only a machine that stands still takes so long.
    600_000,
  )

  it('stops at Ctrl-C and ends what it started', async () => {
    const { child, ended, says } = torture('--only', 'install', '--rounds', '1000')
    await says('undisturbed')
    child.kill('SIGINT')
    const { code, output } = await ended
    expect(output).toContain('interrupted; everything that was started is ended')
    expect(code).toBe(130)
  }, 120_000)
})

describe('the moments of the kills', () => {
  it('are the same for the same seed, others for another, and spread over the whole duration', () => {
    const moments = (seed: string) =>
      Array.from({ length: 20 }, (_, round) => killMoment(seed, 'sync', round))
    expect(moments('a')).toEqual(moments('a'))
    expect(moments('a')).not.toEqual(moments('b'))
    const tenths = new Set(moments('a').map((moment) => Math.floor(moment * 10)))
    expect([...tenths].toSorted((one, other) => one - other)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })
})

describe('the command line', () => {
  it('says what is wrong', () => {
    for (const argv of [['--rounds', '0'], ['--rounds', 'x'], ['--only', 'disk'], ['--unknown'], ['stray']])
      expect(() => readOptions(argv, 's')).toThrow(TortureUsageError)
  })

  it('takes victims, rounds and a seed', () => {
    expect(readOptions([], 'fresh')).toEqual({ rounds: 200, victims: VICTIMS, seed: 'fresh' })
    expect(readOptions(['--', '--only', 'sync', '--only', 'install', '--seed', 's'], 'fresh')).toMatchObject({
      victims: ['install', 'sync'],
      seed: 's',
    })
    expect(readOptions(['--help'], 's')).toBeNull()
  })
})

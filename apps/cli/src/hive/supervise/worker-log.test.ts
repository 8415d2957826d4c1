import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WorkerLog } from './worker-log.ts'

let folder: string
let path: string
const clock = () => Date.parse('2026-05-04T03:02:01Z')

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hive-log-'))
  path = join(folder, 'logs', 'worker.log')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const read = () => readFile(path, 'utf8')

async function printed(text: string, log: WorkerLog): Promise<void> {
  const output = new PassThrough()
  log.attach(output)
  output.end(text)
  await new Promise((resolve) => output.once('end', resolve))
}

describe('WorkerLog', () => {
  it('goes on where it stopped, and begins each note on a line of its own', async () => {
    for (const run of ['first', 'second']) {
      const log = await WorkerLog.open(path, clock)
      log.note(`started ${run}`)
      await printed(`${run} prints`, log)
      log.note('ended')
      await log.close()
    }
    const time = 'rbee-hive: 2026-05-04T03:02:01.000Z'
    expect((await read()).split('\n')).toEqual([
      ...[`${time} started first`, 'first prints', `${time} ended`],
      ...[`${time} started second`, 'second prints', `${time} ended`, ''],
    ])
  })

  it('sets a large file aside and keeps so many older ones', async () => {
    const log = await WorkerLog.open(path, clock, { bytes: 100, older: 2 })
    for (let line = 0; line < 9; line += 1) {
      await printed(`${line} ${'x'.repeat(40)}\n`, log)
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    await log.close()
    expect(await readdir(join(folder, 'logs'))).toEqual(['worker.log', 'worker.log.1', 'worker.log.2'])
    const firstOf = async (file: string) => (await readFile(join(folder, 'logs', file), 'utf8'))[0]
    expect([
      await firstOf('worker.log.2'),
      await firstOf('worker.log.1'),
      await firstOf('worker.log'),
    ]).toEqual([...['4', '6', '8']])
  })

  it('lets a worker wait rather than fill the memory, and writes everything', async () => {
    const log = await WorkerLog.open(path, clock)
    await printed('x'.repeat(5_000_000), log)
    await log.close()
    expect((await read()).length).toBe(5_000_000)
  })
})

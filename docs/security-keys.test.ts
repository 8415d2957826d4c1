import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import type { TemporaryFolder } from '@rbee/testing'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { DescribedKeys } from '../apps/cli/src/catalog/keys/describe-keys.ts'
import {
  catalogFolder,
  endPrograms,
  run,
  serve,
} from '../apps/cli/src/commands/rbee-catalog/testing/program.ts'
import { aMachine, type Machine } from '../apps/cli/src/hive/e2e/machine.ts'
import { EXIT } from '../apps/cli/src/program/exit-codes.ts'
import { linesOf, wordsOf } from './runbook.ts'

const OPERATOR_TOKEN = `rbee_op_${'0'.repeat(43)}`
const DATA = 'data'
const USB = 'usb'
const PORT_OF = /:(\d+)$/

let folder: TemporaryFolder
let machine: Machine
let port = '0'

beforeEach(async () => {
  folder = await catalogFolder()
  port = '0'
  const made = ['--root-keys', '3', '--threshold', '2']
  await keys('init', '--root-dir', USB, ...made)
})
afterEach(async () => {
  await machine[Symbol.asyncDispose]()
  await endPrograms()
  await folder[Symbol.asyncDispose]()
})

async function keys(...args: string[]): Promise<DescribedKeys> {
  const { code, stdout, stderr } = await run(folder.path, ['keys', ...args, '--data-dir', DATA, '--json'])
  expect(code, stderr).toBe(0)
  return JSON.parse(stdout)
}

/** The server, at the same address each time. */
async function started() {
  const server = await serve(folder.path, ['--catalog', 'catalog', '--port', port], {
    RBEE_OPERATOR_TOKEN: OPERATOR_TOKEN,
  })
  port = PORT_OF.exec(server.url)?.[1] ?? '0'
  return server
}

/** Runs one command of a runbook. @returns its exit code. */
async function follow(line: string, values: Readonly<Record<string, string>>): Promise<number | null> {
  const words = wordsOf(line).map((word) => values[word] ?? word)
  const [name = '', ...args] = words
  if (name === 'rbee-catalog') return (await run(folder.path, args, { RBEE_TOKEN: OPERATOR_TOKEN })).code
  if (name === 'rbee-hive') return (await machine.hive(...args)).code
  const script = Object.entries(values).reduce((text, [word, value]) => text.replaceAll(word, value), line)
  execFileSync('sh', ['-euc', script], { cwd: folder.path })
  return 0
}

const info = async () => (await machine.hive('info', 'first-worker')).code

it('the runbook for a stolen or lost online key does what it says', { timeout: 120_000 }, async () => {
  const server = await started()
  machine = await aMachine(server.url)
  expect(await info()).toBe(0)
  const before = await keys('status')
  const values = { DATA, '/media/usb': USB, REGISTRY: server.url }
  const [rotate = '', ...others] = linesOf('A stolen or lost online key')
  expect(await follow(rotate, values)).toBe(0)
  expect((await keys('status')).online.id).not.toBe(before.online.id)
  await server.stop()
  const again = await started()
  const { signatures } = await again.get<{ signatures: { keyid: string }[] }>('/v1/tuf/timestamp.json')
  expect(signatures.map(({ keyid }) => keyid)).toEqual([(await keys('status')).online.id])
  const outcomes: [string, number | null][] = []
  for (const line of others) outcomes.push([wordsOf(line).slice(0, 3).join(' '), await follow(line, values)])
  expect(outcomes).toEqual([
    // For Cloudflare: this server has the keys of its folder already.
    ['rbee-catalog keys publish', EXIT.refused],
    ['rbee-catalog log verify', 0],
  ])
  expect(await info()).toBe(0)
})

it('the runbook for a stolen or lost root key does what it says', { timeout: 120_000 }, async () => {
  const server = await started()
  machine = await aMachine(server.url)
  expect(await info()).toBe(0)
  const [stolen] = (await keys('status')).root.keys
  const log = ['log', 'verify', server.url, '--state', 'log-state.json']
  expect(await run(folder.path, log)).toMatchObject({ code: 0 })
  const values = {
    DATA,
    '/media/usb': USB,
    KEY_ID: stolen?.id ?? '',
    REGISTRY: server.url,
    ROOT: join(folder.path, DATA, 'keys/metadata/1.root.json'),
  }
  const [revoke = '', ...anew] = linesOf('A stolen or lost root key')
  expect(await follow(revoke, values)).toBe(0)
  await server.stop()
  const second = await started()
  expect(await info()).toBe(0)
  expect((await keys('status')).root.keys.map(({ id }) => id)).not.toContain(stolen?.id)
  await second.stop()

  const trustAnew = anew.findIndex((line) => line.startsWith('rbee-hive'))
  expect(trustAnew).toBeGreaterThan(0)
  for (const line of anew.slice(0, trustAnew)) expect(await follow(line, values), line).toBe(0)
  await started()
  expect(await info()).toBe(EXIT.refused)
  for (const line of anew.slice(trustAnew)) expect(await follow(line, values), line).toBe(0)
  expect(await info()).toBe(0)
  expect(await run(folder.path, log)).toMatchObject({ code: 0 })
})

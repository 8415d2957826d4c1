import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fakeRandomBytes } from '@rbee/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { EXIT } from '../../program/exit-codes.ts'
import { type LyingWorld, lyingWorld } from '../trust/testing/lying-world.ts'
import { program } from './catalog.ts'
import { aMachine } from './machine.ts'
import { aMirror } from './mirror.ts'

// What is sold lies with its registry and with who bought it: not in mirrors, bundles, or with who stands between.

const ID = 'paid-worker'
const SECRET = Buffer.from(fakeRandomBytes()(300_000))
/** A part of it that stands in the archives as it is. */
const TRACE = SECRET.subarray(150_000, 150_016)

let world: LyingWorld
let licence: string

beforeAll(async () => {
  world = await lyingWorld()
  await world.publish('free-worker', '1.0.0')
  const pricing = { model: 'one-time', price_usd: 9, purchase_url: 'https://shop.example/paid' } as const
  await world.catalog.publish({
    ...{ id: ID, version: '1.0.0', manifest: { license: 'Proprietary', pricing } },
    variants: { cpu: program(ID, 'exit 0', { 'lib/model.bin': SECRET }) },
  })
  const { token } = await world.catalog.createToken('operator')
  const issued = await fetch(`${world.catalog.url}/v1/licenses`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ customer: 'ACME GmbH', workers: [ID] }),
  })
  licence = ((await issued.json()) as { token: string }).token
})
afterAll(() => world[Symbol.asyncDispose]())

/** Files below a folder that hold a part of what is sold. */
async function traces(folder: string): Promise<string[]> {
  const found: string[] = []
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isFile() && (await readFile(path)).includes(TRACE)) found.push(path)
  }
  return found
}

it('is not in a mirror, though who makes it has a licence, and everything else of it is', async () => {
  await using machine = await aMachine(world.catalog.url)
  const args = ['mirror', 'sync', 'mirror', '--yes', '--json']
  const { code, stderr } = await machine.start('rbee-hive', args, { RBEE_LICENSE_TOKEN: licence }).finished
  expect(code, stderr).toBe(EXIT.done)
  const folder = join(machine.folder, 'mirror')
  expect(await traces(folder)).toEqual([])
  expect((await stat(join(folder, 'v1/workers', ID, '1.0.0/index.html'))).size).toBeGreaterThan(0)
})

it('is not in a bundle, and of the bundle nothing is left', async () => {
  await using machine = await aMachine(world.catalog.url)
  const host = await machine.profile({})
  const args = ['bundle', 'create', 'free-worker', ID, '-o', 'both.rbee', '--host-profile', host, '--json']
  const { code, stdout } = await machine.start('rbee-hive', args, { RBEE_LICENSE_TOKEN: licence }).finished
  expect(code).toBe(EXIT.licence)
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'license_required' } })
  expect((await readdir(machine.folder)).filter((name) => name.startsWith('both'))).toEqual([])
})

it('is installed through a mirror that has all else, which is shown no licence', async () => {
  const asked: string[] = []
  const shown: (string | undefined)[] = []
  await using mirror = await aMirror(world.catalog.url, ({ url = '', headers }) => {
    asked.push(url)
    shown.push(headers.authorization)
  })
  await using machine = await aMachine(world.catalog.url)
  const host = await machine.profile({})
  const args = ['install', ID, '--mirror', mirror.url, '--host-profile', host, '--yes']
  const { code, stderr } = await machine.start('rbee-hive', args, { RBEE_LICENSE_TOKEN: licence }).finished
  expect(code, stderr).toBe(EXIT.done)
  expect(asked).toContain('/v1/tuf/timestamp.json')
  expect(new Set(shown)).toEqual(new Set([undefined]))
  // Where it is: in the build, and nowhere else in the home.
  const found = await traces(machine.home)
  expect(found.map((path) => path.slice(machine.home.length))).toEqual([
    expect.stringMatching(/^\/workers\/paid-worker\/builds\/[^/]+\/lib\/model\.bin$/),
  ])
  expect(stderr).not.toContain(licence)
})

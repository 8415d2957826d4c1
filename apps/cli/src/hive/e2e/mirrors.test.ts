import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { program, startCatalog, type TestCatalog } from './catalog.ts'
import { aMachine, type Machine } from './machine.ts'
import { aMirror, breaking, type Mirror, spoiled } from './mirror.ts'

const ID = 'llm-worker'
let catalog: TestCatalog
let mirror: Mirror
let machine: Machine
let host: string

beforeAll(async () => {
  catalog = await startCatalog()
  for (const version of ['0.1.0', '0.2.0'])
    await catalog.publish({ id: ID, version, variants: { cpu: program(ID, `# ${version}`) } })
})
afterAll(() => catalog[Symbol.asyncDispose]())
beforeEach(async () => {
  mirror = await aMirror(catalog.url)
  machine = await aMachine(catalog.url)
  await machine.trust()
  host = await machine.profile({})
})
afterEach(async () => {
  await machine[Symbol.asyncDispose]()
  await mirror[Symbol.asyncDispose]()
})

const install = (worker: string, ...args: string[]) =>
  machine.hive('install', worker, '--mirror', mirror.url, '--host-profile', host, ...args)

describe('--mirror', () => {
  it('is asked for metadata and archives, and what came from it is known as of the registry', async () => {
    const paths: string[] = []
    mirror.document = (path, text) => {
      paths.push(path)
      return text
    }
    const { value } = await machine.hiveJson('install', ID, '--mirror', mirror.url, '--host-profile', host)
    expect(value).toMatchObject({ status: 'installed', installed: { registry: catalog.url } })
    expect(mirror.ranges).toHaveLength(1)
    expect(paths).toContain('/v1/tuf/timestamp.json')
  })

  it.each([
    ['archives that are spoiled', { answer: spoiled }, 'digest'],
    ['archives that break off', { answer: breaking(0) }, 'broke off'],
    ['documents that are altered', { document: (_path, text) => text.replaceAll(ID, 'other') }, ''],
    ['no signed metadata', { signed: false }, ''],
  ] satisfies [string, Partial<Mirror>, string][])('with %s is passed over', async (_what, spoilt, why) => {
    Object.assign(mirror, spoilt)
    const { code, stderr } = await install(ID)
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringContaining(`${mirror.url} is passed over: `),
    })
    expect(stderr).toContain(why)
    expect(await machine.active(ID)).toBe('0.2.0 cpu')
    expect(await machine.staging()).toEqual([])
  })

  it('that is away is passed over for the next one, and by update, too', async () => {
    expect(await install(`${ID}@0.1.0`)).toMatchObject({ code: 0 })
    const mirrors = ['--mirror', 'http://127.0.0.1:9', '--mirror', mirror.url]
    const { code, stderr } = await machine.hive('update', ID, ...mirrors, '--now', '--host-profile', host)
    expect({ code, stderr }).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('127.0.0.1:9 is passed over'),
    })
    expect(mirror.ranges).toHaveLength(2)
    expect(await machine.active(ID)).toBe('0.2.0 cpu')
  })

  it('is shown no token, and named from the environment', async () => {
    const seen: (string | undefined)[] = []
    await using shown = await aMirror(catalog.url, (request) => seen.push(request.headers.authorization))
    const env = { RBEE_MIRROR: shown.url, RBEE_TOKEN: 'rbee_pub_secret' }
    const args = ['install', ID, '--dry-run', '--host-profile', host]
    expect(await machine.start('rbee-hive', args, env).finished).toMatchObject({ code: 0 })
    expect(seen.length).toBeGreaterThan(0)
    expect(seen.every((header) => header === undefined)).toBe(true)
  })

  it('that is no address is a usage error', async () => {
    const { code, stderr } = await machine.hive('install', ID, '--mirror', 'nowhere')
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('--mirror') })
  })
})

import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { licenseKeySchema, type Pricing, workerIdSchema } from '@rbee/schema'
import { anOperator } from '@rbee/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { program, startCatalog, type TestCatalog } from './catalog.ts'
import { aMachine, type Machine, type Outcome } from './machine.ts'

const ID = 'paid-worker'
const PRICING: Pricing = {
  model: 'one-time',
  price_usd: 99,
  purchase_url: 'https://shop.example/paid-worker',
}
const SDK = fileURLToPath(new URL('../../../../../packages/worker-sdk', import.meta.url))
/** Seats that are lost within seconds of a registry that does not answer. */
const SHORT = { lease: 2, grace: 2, heartbeat: 1 }
const SOON = { timeout: 10_000, interval: 100 }

/** What an author writes, but for the place of the SDK, which a build would bundle. */
const SOURCE = `
import { echoWorker } from '${SDK}/examples/echo-worker.ts'
import { runAsProgram } from '${SDK}/src/entry/node.ts'
import { licenseGuard } from '${SDK}/src/license/index.ts'
import registryKey from './license-key.json' with { type: 'json' }

await runAsProgram({ ...echoWorker, name: '${ID}', license: licenseGuard({ keys: [registryKey] }) })
`

let catalog: TestCatalog
let line: Line
let machine: Machine

beforeAll(async () => {
  catalog = await startCatalog(Date.now, { leaseTimes: { machine: SHORT, floating: SHORT } })
  line = await aLine(Number(new URL(catalog.url).port))
  const key = licenseKeySchema.parse(await (await fetch(`${catalog.url}/v1/licenses/key`)).json())
  const start = `exec ${process.execPath} "$(dirname "$0")/../lib/main.ts" "$@"`
  await catalog.publish({
    id: ID,
    variants: {
      cpu: program(ID, start, { 'lib/main.ts': SOURCE, 'lib/license-key.json': JSON.stringify(key) }),
    },
    manifest: {
      license: 'Proprietary',
      pricing: PRICING,
      run: { command: [`bin/${ID}`], port_flag: '--port', health_path: '/ready' },
    },
  })
  machine = await aMachine(line.url)
  await machine.trust()
})
afterAll(async () => {
  await machine[Symbol.asyncDispose]()
  await line.cut()
  await catalog[Symbol.asyncDispose]()
})

it('a worker that is sold is refused, bought, installed and run, outlives its registry for its grace, and ends when it is revoked', async () => {
  expectRefusal(await machine.hive('install', ID), 'license_required')

  const { token, license } = await catalog.registry.issueLicense(anOperator(), {
    ...{ customer: 'ACME', workers: [workerIdSchema.parse(ID)], entitlements: [] },
    ...{ seats: 1, floating: false, trial: false },
  })
  const licence = { RBEE_LICENSE_TOKEN: token }
  const installed = await machine.start('rbee-hive', ['install', ID], licence).finished
  expect(installed.code, installed.stderr).toBe(0)

  const { url, log } = await machine.runDetached(ID)
  const said = { choices: [{ text: 'two one ' }] }
  await expect.poll(async () => (await ask(url)).json(), SOON).toMatchObject(said)
  await expect.poll(() => healthOf(url), SOON).toMatchObject({ license: { state: 'valid' } })

  await line.cut()
  await expect.poll(async () => (await ask(url)).headers.get('x-rbee-license'), SOON).toBe('grace')
  await expect.poll(async () => refusalOf(await ask(url)), SOON).toEqual([403, 'license_refused', 'expired'])
  expect(await healthOf(url)).toMatchObject({
    status: 'ok',
    license: { state: 'refused', reason: 'expired' },
  })
  await line.join()
  await expect.poll(async () => (await ask(url)).status, SOON).toBe(200)

  await catalog.registry.revokeLicense(anOperator(), license.id, 'refunded')
  await expect.poll(async () => refusalOf(await ask(url)), SOON).toEqual([403, 'license_refused', 'no_lease'])
  expect((await machine.hive('stop', ID)).code).toBe(0)
  const again = await machine.hive('run', '--detach', ID)
  expect(again.code, again.stderr).not.toBe(0)
  expect(again.stderr).toContain(
    'exit code 5: error: paid-worker does not serve: it was started without the lease',
  )
  expect(await readFile(log, 'utf8')).toContain('was revoked')

  expect((await machine.hive('uninstall', ID)).code).toBe(0)
  expectRefusal(await machine.start('rbee-hive', ['install', ID], licence).finished, 'license_refused')
})

const ask = (url: string) =>
  fetch(`${url}/v1/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ prompt: 'one two' }),
  })

async function refusalOf(answer: Response) {
  const { error } = (await answer.json()) as { error?: { code: string; reason: string } }
  return [answer.status, error?.code, error?.reason]
}

async function healthOf(url: string): Promise<unknown> {
  return (await fetch(`${url}/health`)).json()
}

function expectRefusal({ code, stderr }: Outcome, word: string): void {
  expect(code, stderr).toBe(7)
  expect(stderr).toContain(word)
  expect(stderr).toContain(PRICING.purchase_url)
}

/** A way to a server that can be cut. */
interface Line {
  readonly url: string
  cut(): Promise<void>
  join(): Promise<void>
}

async function aLine(target: number): Promise<Line> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    const behind = connect(target, '127.0.0.1')
    for (const [from, to] of [
      [socket, behind],
      [behind, socket],
    ] as const) {
      sockets.add(from)
      from.on('error', () => to.destroy()).on('close', () => sockets.delete(from))
      from.pipe(to)
    }
  })
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as { port: number }).port
  }
  const port = await listen(0)
  return {
    url: `http://127.0.0.1:${port}`,
    async cut() {
      if (!server.listening) return
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
    join: async () => void (await listen(port)),
  }
}

import { join } from 'node:path'
import { hiveHome } from '../../apps/cli/src/hive/home.ts'
import { readHeldSeat, readLeaseText, seatFolder } from '../../apps/cli/src/hive/licenses/held-seat.ts'
import { namesIn } from '../../apps/cli/src/hive/names-in.ts'
import { releaseInputSchema, workerIdSchema } from '../../packages/schema/src/index.ts'
import { must, mustEqual } from './breach.ts'
import { type HomeCheck, homeCheck } from './home-check.ts'
import { mustSucceed } from './processes.ts'
import { noiseOf, packRelease, sendRelease, writeHostProfile, writeIdleWorker } from './releases.ts'
import type { SharedCatalog } from './shared-catalog.ts'
import type { Stage } from './stage.ts'
import type { OpenVictim, Victim } from './victim.ts'

const ID = 'guild-worker'
const VERSION = '1.0.0'
const BYTES = 100_000
const PRICING = {
  model: 'one-time',
  price_usd: 9,
  purchase_url: 'https://shop.example/guild-worker',
} as const

/** `rbee-hive install` of a worker that is sold, with a licence for one machine: each round is another user's. */
export const licensedInstall: Victim = { name: 'licensed-install', inARow: 4, open }

async function open(stage: Stage, catalog: SharedCatalog): Promise<OpenVictim> {
  const { url, client } = await catalog.open()
  const folder = join(stage.folder, 'worker')
  await writeIdleWorker(folder, ID, VERSION, noiseOf(ID, BYTES))
  const packed = await packRelease(folder, ID, VERSION)
  const manifest = { ...packed.input.manifest, license: 'Proprietary', pricing: PRICING }
  await sendRelease(client, { ...packed, input: releaseInputSchema.parse({ ...packed.input, manifest }) })
  const host = await writeHostProfile(stage)

  const user = async (round: number) => {
    const home = join(stage.folder, `home-${round}`)
    const { token, license } = await client.issueLicense({
      ...{ customer: `user ${round}`, workers: [workerIdSchema.parse(ID)], seats: 1 },
      ...{ entitlements: [], floating: false, trial: false },
    })
    const check = homeCheck(home, ID)
    await check.expect(VERSION, folder)
    const env = { RBEE_HOME: home, RBEE_REGISTRY: url, RBEE_LICENSE_TOKEN: token }
    return { home, check, license: license.id, env }
  }
  const users = new Map<number, Awaited<ReturnType<typeof user>>>()
  const userOf = async (round: number) => {
    const known = users.get(round) ?? (await user(round))
    users.set(round, known)
    return known
  }
  const begin = (env: Readonly<Record<string, string>>) =>
    stage.start('rbee-hive', ['install', ID, '--host-profile', host], env)
  const seatsUsed = async (license: string) => (await client.listSeats(license)).seats.length
  const active = async (check: HomeCheck) => (await check.whole())?.active.version ?? null

  return {
    async begin(round) {
      const { env } = await userOf(round)
      const { child, ended } = begin(env)
      return { ended, kill: () => child.kill('SIGKILL') }
    },
    async check(round, ended) {
      const { check, license, home } = await userOf(round)
      if (ended.code !== null) mustSucceed('the install', ended)
      const installed = await active(check)
      must(installed === VERSION || ended.code === null, `nothing is installed: ${ended.stderr}`)
      const used = await seatsUsed(license)
      must(used <= 1, `the machine has ${used} seats`)
      const { seat, lease } = await heldIn(home, url, license)
      must(seat === null || lease !== null, 'a seat is recorded of which there is no lease')
      must(
        used === 1 || (lease === null && installed === null),
        'there is a lease of a seat that was not taken',
      )
    },
    async again(round) {
      const { check, license, home, env } = await userOf(round)
      const ended = await begin(env).ended
      stage.signal.throwIfAborted()
      mustSucceed('the install that followed', ended)
      mustEqual(await active(check), VERSION, 'the active version')
      mustEqual(await seatsUsed(license), 1, 'the seats that are used')
      const { seat, lease, folder: own } = await heldIn(home, url, license)
      mustEqual(seat?.license_id, license, 'the licence of the seat')
      must(lease !== null && lease !== '', 'there is no lease')
      mustEqual(await namesIn(own.path), ['lease', 'seat.json', 'users'], 'what lies beside the lease')
      await check.tidy()
      await stage.onlyRunning([])
    },
    async finish() {},
  }
}

async function heldIn(home: string, registry: string, license: string) {
  const folder = seatFolder(hiveHome(home, home), registry, license)
  return { folder, seat: await readHeldSeat(folder), lease: await readLeaseText(folder) }
}

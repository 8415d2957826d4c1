import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { hiveHome } from '../../apps/cli/src/hive/home.ts'
import { readHeldSeat, readLeaseText, seatFolder } from '../../apps/cli/src/hive/licenses/held-seat.ts'
import { licenseVerifier, readLease, statedClaims } from '../../packages/licences/src/index.ts'
import { licenseInputSchema } from '../../packages/schema/src/index.ts'
import { must, mustEqual } from './breach.ts'
import { mustSucceed } from './processes.ts'
import { noiseOf, packRelease, sendRelease, writeIdleWorker } from './releases.ts'
import type { SharedCatalog } from './shared-catalog.ts'
import type { Stage } from './stage.ts'
import type { OpenVictim, Victim } from './victim.ts'

const ID = 'seated-worker'

/** `rbee-hive license activate` and `license release`, in turn, of a licence with one seat. */
export const activation: Victim = { name: 'activation', inARow: 4, open }

async function open(stage: Stage, catalog: SharedCatalog): Promise<OpenVictim> {
  const { url, client } = await catalog.open()
  const folder = join(stage.folder, 'worker')
  await writeIdleWorker(folder, ID, '1.0.0', noiseOf(ID, 1_000))
  await sendRelease(client, await packRelease(folder, ID, '1.0.0'))
  const input = licenseInputSchema.parse({ customer: 'ACME', workers: [ID], seats: 1 })
  const { token, license } = await client.issueLicense(input)
  const env = { RBEE_HOME: join(stage.folder, 'home'), RBEE_REGISTRY: url, RBEE_LICENSE_TOKEN: token }
  await stage.run('rbee-hive', ['license', 'add'], env)
  const verifier = licenseVerifier(await client.getLicenseKey())
  const seat = seatFolder(hiveHome(env.RBEE_HOME, '/'), url, statedClaims(token)?.jti ?? '')

  const begin = (round: number) =>
    stage.start('rbee-hive', ['license', takes(round) ? 'activate' : 'release'], env)
  const used = async () => (await client.listSeats(license.id)).used

  /** Whatever is there of the seat is whole. @returns whether there is a lease. */
  const whole = async (): Promise<boolean> => {
    const [record, lease] = [await readHeldSeat(seat), await readLeaseText(seat)]
    if (lease === null) return false
    const [machine] = (await client.listSeats(license.id)).seats
    const fingerprint = record?.fingerprint ?? machine?.fingerprint ?? ''
    const { fault } = await readLease(lease, verifier, fingerprint, Date.now())
    // The registry forgets a seat before this machine does.
    must(fault === null || fingerprint === '', `the lease is not whole: ${fault}`)
    return true
  }

  return {
    async begin(round) {
      const { child, ended } = begin(round)
      return { ended, kill: () => child.kill('SIGKILL') }
    },
    async check(round, ended) {
      const hasLease = await whole()
      if (ended.code === null) return
      mustSucceed('the change of the seat', ended)
      mustEqual([hasLease, await used()], takes(round) ? [true, 1] : [false, 0], 'lease and seat')
    },
    async again(round) {
      const ended = await begin(round).ended
      stage.signal.throwIfAborted()
      mustSucceed('the change of the seat that followed', ended)
      mustEqual([await whole(), await used()], takes(round) ? [true, 1] : [false, 0], 'lease and seat')
      const left = takes(round) ? ['lease', 'seat.json', 'users'] : ['users']
      mustEqual((await readdir(seat.path)).toSorted(), left, 'what lies in the folder of the seat')
      await stage.onlyRunning([])
    },
    async finish() {},
  }
}

const takes = (round: number) => round % 2 === 0

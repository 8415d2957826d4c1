import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createClient, type RegistryClient } from '../../packages/api-client/src/index.ts'
import { must, mustEqual } from './breach.ts'
import { catalogCheck } from './catalog-check.ts'
import { mustSucceed } from './processes.ts'
import { manifestText } from './releases.ts'
import { mustStartCatalog, type Stage } from './stage.ts'
import { OPERATOR_TOKEN } from './token.ts'
import type { OpenVictim, Victim } from './victim.ts'

/** More than one request holds, so that a sync can be cut between two. */
const WORKERS = 60

/** `rbee-catalog sync`: every worker changes in every round; some go, and come back. */
export const sync: Victim = { name: 'sync', open }

async function open(stage: Stage): Promise<OpenVictim> {
  const dataDir = join(stage.folder, 'data')
  const catalog = join(stage.folder, 'catalog')
  const server = await mustStartCatalog(stage, ['--data-dir', dataDir, '--catalog', 'none'], OPERATOR_TOKEN)
  const check = catalogCheck(dataDir)
  const client = createClient({ registry: server.url, fetch })
  const env = { RBEE_TOKEN: OPERATOR_TOKEN, RBEE_HOME: join(stage.folder, 'home') }
  const begin = () =>
    stage.start('rbee-catalog', ['sync', '--strict', '--to', server.url, '--catalog', catalog], env)

  return {
    async begin(round) {
      await writeCatalog(catalog, round)
      const { child, ended } = begin()
      return { ended, kill: () => child.kill('SIGKILL') }
    },
    async check(round, ended) {
      if (ended.code !== null) mustSucceed('the sync', ended)
      // Rows that a killed sync brought wait for the next one; what is served stays as it was, or is complete.
      await stage.eventually(async () => void (await check.served(server.url)))
      await checkWorkers(client, ended.code === null && round > 0 ? [round - 1, round] : [round])
    },
    async again(round) {
      const ended = await begin().ended
      stage.signal.throwIfAborted()
      mustSucceed('the sync that followed', ended)
      await check.consistent(server.url, new Set())
      await checkWorkers(client, [round])
      mustEqual(await listedIds(client), workersOf(round).toSorted(), 'the workers of the catalog')
      await check.tidy()
      await stage.onlyRunning([server.pid])
    },
    async finish() {
      mustSucceed('the catalog', await server.stop())
    },
  }
}

/** Every fifth worker is left out of every other round. */
function workersOf(round: number): string[] {
  return Array.from({ length: WORKERS }, (_, number) => number)
    .filter((number) => number % 5 !== 0 || round % 2 === 0)
    .map((number) => `w${number}-${'abcdefgh'.repeat(1 + (number % 3))}`)
}

async function writeCatalog(folder: string, round: number): Promise<void> {
  await rm(folder, { recursive: true, force: true })
  for (const id of workersOf(round)) {
    const worker = join(folder, id)
    await mkdir(worker, { recursive: true })
    await writeFile(join(worker, 'worker.toml'), manifestText(id, describe(round)))
    await writeFile(
      join(worker, 'Cargo.toml'),
      `[package]\nname = "${id}"\nversion = "${versionOf(round)}"\n`,
    )
  }
}

const describe = (round: number) => `As of round ${round}`
const versionOf = (round: number) => `1.${round}.0`

/** Each worker is wholly of one of these rounds. */
async function checkWorkers(client: RegistryClient, rounds: readonly number[]): Promise<void> {
  for (const { id, version, description } of (await client.listWorkers({ limit: 200 })).workers) {
    const whole = rounds.some((round) => version === versionOf(round) && description === describe(round))
    must(whole, `${id} is ${version} "${description}", which is of none of the rounds ${rounds.join(', ')}`)
  }
}

async function listedIds(client: RegistryClient): Promise<string[]> {
  return (await client.listWorkers({ limit: 200 })).workers.map(({ id }) => id).toSorted()
}

import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { mustEqual } from './breach.ts'
import { catalogCheck } from './catalog-check.ts'
import { mustSucceed } from './processes.ts'
import { manifestText, PLATFORM, writeWorker } from './releases.ts'
import { mustStartCatalog, type Stage } from './stage.ts'
import { OPERATOR_TOKEN } from './token.ts'
import type { OpenVictim, Victim } from './victim.ts'

const ID = 'amber-worker'
const BYTES = 500_000

/** `rbee-publish`: a new version in every round. */
export const publish: Victim = { name: 'publish', open }

async function open(stage: Stage): Promise<OpenVictim> {
  const dataDir = join(stage.folder, 'data')
  const server = await mustStartCatalog(stage, ['--data-dir', dataDir, '--catalog', 'none'], OPERATOR_TOKEN)
  const check = catalogCheck(dataDir)
  const promised = new Set<string>()
  const worker = join(stage.folder, 'worker')
  const dist = join(stage.folder, 'dist')
  await mkdir(worker)
  await writeFile(join(worker, 'worker.toml'), manifestText(ID))

  const versionOf = (round: number) => `1.0.${round}`
  const env = { RBEE_REGISTRY: server.url, RBEE_TOKEN: OPERATOR_TOKEN }
  const begin = (round: number) => {
    const artifact = `${PLATFORM}/cpu=${dist}`
    const args = [worker, '--version', versionOf(round), '--artifact', artifact, '--compression', 'fast']
    return stage.start('rbee-publish', args, env)
  }
  const acknowledge = (round: number) => promised.add(`${ID} ${versionOf(round)}`)

  return {
    async begin(round) {
      await writeWorker(dist, ID, versionOf(round), BYTES)
      const { child, ended } = begin(round)
      return { ended, kill: () => child.kill('SIGKILL') }
    },
    async check(round, ended) {
      if (ended.code !== null) {
        mustSucceed('the publish', ended)
        acknowledge(round)
      }
      await stage.eventually(() => check.consistent(server.url, promised))
    },
    async again(round) {
      const ended = await begin(round).ended
      stage.signal.throwIfAborted()
      mustSucceed('the publish that followed', ended)
      acknowledge(round)
      await check.consistent(server.url, promised)
      await check.tidy()
      mustEqual(await readdir(stage.scratch), [], 'what lies in the folder for temporary files')
      await stage.onlyRunning([server.pid])
    },
    async finish() {
      check.forgetArchives()
      await check.consistent(server.url, promised)
      mustSucceed('the catalog', await server.stop())
    },
  }
}

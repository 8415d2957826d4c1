import { join } from 'node:path'
import { createClient } from '../../packages/api-client/src/index.ts'
import { mustEqual } from './breach.ts'
import { homeCheck } from './home-check.ts'
import { mustSucceed } from './processes.ts'
import { packRelease, sendRelease, writeWorker } from './releases.ts'
import { mustStartCatalog, type Stage } from './stage.ts'
import { OPERATOR_TOKEN } from './token.ts'
import type { OpenVictim, Victim } from './victim.ts'

const ID = 'amber-worker'
const VERSIONS = ['1.0.0', '2.0.0', '3.0.0'] as const
const BYTES = 1_500_000

/** `rbee-hive install`: another version in every round. */
export const install: Victim = { name: 'install', open }

async function open(stage: Stage): Promise<OpenVictim> {
  const server = await mustStartCatalog(stage, ['--data-dir', 'data', '--catalog', 'none'], OPERATOR_TOKEN)
  const home = join(stage.folder, 'home')
  const check = homeCheck(home, ID)
  const client = createClient({ registry: server.url, fetch, token: OPERATOR_TOKEN })
  for (const version of VERSIONS) {
    const folder = join(stage.folder, 'workers', version)
    await writeWorker(folder, ID, version, BYTES)
    await check.expect(version, folder)
    await sendRelease(client, await packRelease(folder, ID, version))
  }
  const env = { RBEE_HOME: home, RBEE_REGISTRY: server.url }
  const versionOf = (round: number) => VERSIONS[round % VERSIONS.length] ?? VERSIONS[0]
  const begin = (round: number) =>
    stage.start('rbee-hive', ['install', `${ID}@${versionOf(round)}`, '--variant', 'cpu'], env)

  return {
    async begin(round) {
      const { child, ended } = begin(round)
      return { ended, kill: () => child.kill('SIGKILL') }
    },
    async check(round, ended) {
      if (ended.code !== null) mustSucceed('the install', ended)
      await check.changed(round === 0 ? null : versionOf(round - 1), versionOf(round), ended)
    },
    async again(round) {
      const ended = await begin(round).ended
      stage.signal.throwIfAborted()
      mustSucceed('the install that followed', ended)
      mustEqual((await check.whole())?.active.version, versionOf(round), 'the active version')
      await check.tidy()
      await stage.onlyRunning([server.pid])
    },
    async finish() {
      mustSucceed('the catalog', await server.stop())
    },
  }
}

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { instanceRecordSchema } from '../../apps/cli/src/hive/instances.ts'
import { createClient } from '../../packages/api-client/src/index.ts'
import { must, mustEqual } from './breach.ts'
import { homeCheck } from './home-check.ts'
import { mustSucceed } from './processes.ts'
import { packRelease, sendRelease, writeWorker } from './releases.ts'
import { mustStartCatalog, type Stage } from './stage.ts'
import { OPERATOR_TOKEN } from './token.ts'
import type { OpenVictim, Victim } from './victim.ts'

const ID = 'amber-worker'
const BYTES = 200_000

/** `rbee-hive update` of a worker that runs: it has to serve all the time, whatever becomes of the update. */
export const update: Victim = { name: 'update', open }

async function open(stage: Stage): Promise<OpenVictim> {
  const server = await mustStartCatalog(stage, ['--data-dir', 'data', '--catalog', 'none'], OPERATOR_TOKEN)
  const home = join(stage.folder, 'home')
  const check = homeCheck(home, ID)
  const client = createClient({ registry: server.url, fetch, token: OPERATOR_TOKEN })
  const env = { RBEE_HOME: home, RBEE_REGISTRY: server.url }

  const publishVersion = async (version: string) => {
    const folder = join(stage.folder, 'workers', version)
    await writeWorker(folder, ID, version, BYTES)
    await check.expect(version, folder)
    await sendRelease(client, await packRelease(folder, ID, version))
  }
  /** Round -1 is what the worker starts with. */
  const versionOf = (round: number) => `1.${round + 1}.0`
  const begin = () => stage.start('rbee-hive', ['update', ID], env)

  await publishVersion(versionOf(-1))
  await stage.run('rbee-hive', ['install', ID, '--variant', 'cpu'], env)
  await stage.run('rbee-hive', ['run', ID, '--detach'], env)
  const supervisor = (await readInstance(home)).supervisor.pid

  /** What answers at the worker's address, which never changes. */
  const answering = async () => {
    const { instance, processes } = await readInstance(home)
    mustEqual(instance.supervisor_pid, supervisor, 'the process that watches over the worker')
    const answer = await fetch(`${instance.url}/`)
    mustEqual(answer.status, 200, 'the answer of the worker')
    await answer.body?.cancel()
    return { build: answer.headers.get('x-build'), processes }
  }

  return {
    async begin(round) {
      await publishVersion(versionOf(round))
      const { child, ended } = begin()
      return { ended, kill: () => child.kill('SIGKILL') }
    },
    async check(round, ended) {
      if (ended.code !== null) mustSucceed('the update', ended)
      const [before, wanted] = [versionOf(round - 1), versionOf(round)]
      const may = ended.code === null ? [before, wanted] : [wanted]
      const active = (await check.whole())?.active.version ?? 'none'
      must(may.includes(active), `the active version is ${active}, not ${may.join(' or ')}`)
      const { build } = await answering()
      must(may.includes(`${build}`), `what serves is ${build}, not ${may.join(' or ')}`)
    },
    async again(round) {
      const ended = await begin().ended
      stage.signal.throwIfAborted()
      mustSucceed('the update that followed', ended)
      const wanted = versionOf(round)
      mustEqual((await check.whole())?.active.version, wanted, 'the active version')
      const { build, processes } = await answering()
      mustEqual(build, wanted, 'what serves')
      await stage.onlyRunning([server.pid, supervisor, ...processes.map(({ pid }) => pid)])
      mustEqual((await answering()).processes.length, 1, 'the number of its processes')
      await check.tidy()
    },
    async finish() {
      await stage.run('rbee-hive', ['stop', ID], env)
      await stage.onlyRunning([server.pid])
      mustSucceed('the catalog', await server.stop())
    },
  }
}

async function readInstance(home: string) {
  const text = await readFile(join(home, 'running', `${ID}.json`), 'utf8')
  return instanceRecordSchema.parse(JSON.parse(text))
}

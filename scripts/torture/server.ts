import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createClient } from '../../packages/api-client/src/index.ts'
import { Breach, must, mustEqual } from './breach.ts'
import { catalogCheck } from './catalog-check.ts'
import { mustSucceed } from './processes.ts'
import { manifestText, type PackedRelease, packRelease, sendRelease, writeWorker } from './releases.ts'
import { type CatalogServer, mustStartCatalog, type Stage, startCatalog } from './stage.ts'
import { OPERATOR_TOKEN } from './token.ts'
import type { Attempt, OpenVictim, Victim } from './victim.ts'

const PUBLISHED = ['amber-worker', 'cobalt-worker', 'violet-worker'] as const
const SYNCED = ['garnet-worker', 'indigo-worker', 'scarlet-worker', 'ochre-worker'] as const
const BYTES = 200_000

/** `rbee-catalog serve`: takes a changed catalog in while it starts, and then releases of several authors at once. */
export const server: Victim = { name: 'server', open }

async function open(stage: Stage): Promise<OpenVictim> {
  const dataDir = join(stage.folder, 'data')
  const catalog = join(stage.folder, 'catalog')
  const args = ['--data-dir', dataDir, '--catalog', catalog]
  const check = catalogCheck(dataDir)
  const promised = new Set<string>()
  const packed = new Map<string, PackedRelease>()

  const prepare = async (round: number) => {
    packed.clear()
    await writeCatalog(catalog, round)
    for (const id of PUBLISHED) {
      const folder = join(stage.folder, 'workers', id)
      await writeWorker(folder, id, `1.0.${round}`, BYTES)
      packed.set(id, await packRelease(folder, id, `1.0.${round}`))
    }
  }
  /** Authors publish at the same time; whatever was acknowledged is promised. */
  const publishAll = async (url: string, signal?: AbortSignal) => {
    const client = createClient({ registry: url, fetch, token: OPERATOR_TOKEN, signal })
    const sendings = [...packed.values()].map(async (release) => {
      await sendRelease(client, release, signal)
      promised.add(`${release.id} ${release.version}`)
    })
    const outcomes = await Promise.allSettled(sendings)
    return outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))
  }
  let checking: CatalogServer | null = null

  return {
    async begin(round) {
      await prepare(round)
      return killable(stage, args, publishAll)
    },
    async check() {
      checking = await mustStartCatalog(stage, args, OPERATOR_TOKEN)
      await check.consistent(checking.url, promised)
    },
    async again(round) {
      if (checking === null) throw new Error('nothing was checked')
      const failures = await publishAll(checking.url)
      must(failures.length === 0, `publishing once more failed: ${failures.join('; ')}`)
      await check.consistent(checking.url, promised)
      await check.tidy()
      await checkSynced(checking.url, round)
      mustSucceed('the catalog', await checking.stop())
      await stage.onlyRunning([])
    },
    async finish() {
      check.forgetArchives()
      const last = await mustStartCatalog(stage, args, OPERATOR_TOKEN)
      await check.consistent(last.url, promised)
      mustSucceed('the catalog', await last.stop())
    },
  }
}

/** A server that starts and is given work. Its kill is what ends the work; when the work is done, it is killed at once. */
function killable(
  stage: Stage,
  args: readonly string[],
  work: (url: string, signal: AbortSignal) => Promise<unknown[]>,
): Attempt {
  const killed = new AbortController()
  let kill = () => {}
  const attempt = async () => {
    const server = await startCatalog(stage, args, OPERATOR_TOKEN, (started) => {
      kill = () => {
        killed.abort()
        started.child.kill('SIGKILL')
      }
    })
    stage.signal.throwIfAborted()
    if (server === null) {
      must(killed.signal.aborted, 'the catalog ended before it was up')
      return { code: null, stdout: '', stderr: '' }
    }
    const failures = await work(server.url, killed.signal)
    const finished = !killed.signal.aborted
    kill()
    await server.stop()
    if (finished && failures.length > 0) throw new Breach(`publishing failed: ${failures.join('; ')}`)
    return { code: finished ? 0 : null, stdout: '', stderr: '' }
  }
  const ended = attempt()
  return { ended, kill: () => kill() }
}

async function writeCatalog(folder: string, round: number): Promise<void> {
  for (const id of SYNCED) {
    await mkdir(join(folder, id), { recursive: true })
    await writeFile(join(folder, id, 'worker.toml'), manifestText(id, `As of round ${round}`))
    await writeFile(join(folder, id, 'Cargo.toml'), `[package]\nname = "${id}"\nversion = "1.${round}.0"\n`)
  }
}

async function checkSynced(url: string, round: number): Promise<void> {
  const client = createClient({ registry: url, fetch })
  for (const id of SYNCED) {
    const { version, description } = await client.getWorker(id)
    mustEqual([version, description], [`1.${round}.0`, `As of round ${round}`], `what was synced of ${id}`)
  }
}

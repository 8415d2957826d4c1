import { randomBytes } from 'node:crypto'
import {
  HELP,
  readOptions,
  type TortureOptions,
  TortureUsageError,
  type VictimName,
} from './torture/options.ts'
import { type SharedCatalog, sharedCatalog } from './torture/shared-catalog.ts'
import { openStage } from './torture/stage.ts'
import { BrokenVictim, type Torment, torment } from './torture/torment.ts'
import type { Victim } from './torture/victim.ts'

/** Loaded when their turn comes. */
const LOADED: Readonly<Record<VictimName, () => Promise<Victim>>> = {
  activation: async () => (await import('./torture/activation.ts')).activation,
  'bundle-create': async () => (await import('./torture/bundle.ts')).bundleCreate,
  'bundle-install': async () => (await import('./torture/bundle.ts')).bundleInstall,
  download: async () => (await import('./torture/download.ts')).download,
  install: async () => (await import('./torture/install.ts')).install,
  'licensed-install': async () => (await import('./torture/licensed-install.ts')).licensedInstall,
  patch: async () => (await import('./torture/patch.ts')).patch,
  publish: async () => (await import('./torture/publish.ts')).publish,
  server: async () => (await import('./torture/server.ts')).server,
  sync: async () => (await import('./torture/sync.ts')).sync,
  update: async () => (await import('./torture/update.ts')).update,
}

const interruption = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interruption.abort())

process.exitCode = await main()

async function main(): Promise<number> {
  try {
    const options = readOptions(process.argv.slice(2), randomBytes(4).toString('hex'))
    if (options === null) {
      console.log(HELP)
      return 0
    }
    tell(`seed ${options.seed}`)
    const results: Torment[] = []
    await using catalog = sharedCatalog(process.env, interruption.signal)
    for (const name of options.victims)
      results.push(await tormentOnStage(await LOADED[name](), options, catalog))
    console.log(summary(results))
    return 0
  } catch (error) {
    if (interruption.signal.aborted) {
      tell('interrupted; everything that was started is ended')
      return 130
    }
    if (error instanceof TortureUsageError) {
      tell(`error: ${error.message}\n\n${HELP}`)
      return 2
    }
    if (error instanceof BrokenVictim) {
      tell(`\nBROKEN ${error.message}`)
      return 1
    }
    throw error
  }
}

async function tormentOnStage(
  victim: Victim,
  { rounds, seed }: TortureOptions,
  catalog: SharedCatalog,
): Promise<Torment> {
  const stage = await openStage(victim.name, process.env, interruption.signal)
  let keep = false
  try {
    return await torment(victim, stage, { rounds, seed, catalog, clock: () => performance.now(), tell })
  } catch (error) {
    keep = error instanceof BrokenVictim
    if (keep) tell(`\neverything it left is in ${stage.folder}`)
    throw error
  } finally {
    await stage.close(keep)
  }
}

function summary(results: readonly Torment[]): string {
  const rows = results.map(({ victim, rounds, killed, duration }) => [
    victim,
    `${rounds}`,
    `${killed}`,
    `${Math.round(duration)} ms`,
    'nothing lost',
  ])
  const table = [['program', 'rounds', 'killed', 'one takes', 'found'], ...rows]
  const widths = (table[0] ?? []).map((_, column) =>
    Math.max(...table.map((row) => row[column]?.length ?? 0)),
  )
  const line = (row: readonly string[]) =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')
  return table.map((row) => line(row).trimEnd()).join('\n')
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`)
}

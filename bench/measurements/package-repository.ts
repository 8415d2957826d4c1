import { createHash } from 'node:crypto'
import { link, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  openRepositories,
  type Repositories,
  repositoryLayout,
} from '../../packages/package-repositories/src/index.ts'
import { offeredWorker } from '../../packages/package-repositories/src/offers/offered-release.ts'
import { packageOffers } from '../../packages/package-repositories/src/pacman/package-offer.ts'
import { originOf } from '../../packages/package-repositories/src/pacman/package-record.ts'
import {
  type SampleRegistry,
  sampleRegistry,
} from '../../packages/package-repositories/src/testing/sample-registry.ts'
import { serveFolder } from '../../packages/package-repositories/src/testing/served-folder.ts'
import { runTool } from '../../packages/package-repositories/src/testing/tools.ts'
import { workerIdSchema } from '../../packages/schema/src/index.ts'
import { inTurns, type Measurement, median } from '../measurement.ts'
import { has, seconds } from '../processes.ts'

const PACKAGES = 10_000
/** Packages that `repo-add` is given: it takes each one by itself. */
const SAMPLE = 50
const ROUNDS = 3

let changes = 0

/**
 * How long it takes to write the databases of a pacman repository, with 10,000 packages that were made before, and what
 * `pacman -Sy` makes of it. `repo-add` is given 50 packages, and its time is multiplied: it reads each package, where our build
 * reads a record of it.
 */
export async function packageRepository(): Promise<Measurement> {
  const folder = await mkdtemp(join(tmpdir(), 'rbee-bench-repository-'))
  try {
    const registry = sampleRegistry()
    for (let index = 0; index < PACKAGES; index += 1) await registry.publish({ id: idOf(index) })
    const site = join(folder, 'site')
    const sample = await makeSample(folder)
    await placePackages(registry, site, sample[0] ?? '')
    const repositories = openRepositories({ source: registry, folder: site, clock: Date.now })
    const first = await secondsOf(() => repositories.update())
    const results = await inTurns(ROUNDS, [
      {
        name: 'both databases, after a change',
        run: async () => secondsOf(() => change(registry, repositories)),
      },
      {
        name: `repo-add of ${SAMPLE}, times ${PACKAGES / SAMPLE}`,
        run: has('repo-add') ? async () => repoAdd(folder, sample) : null,
        note: 'repo-add is not installed (apt-get install pacman-package-manager)',
      },
    ])
    return {
      what: `Databases of a pacman repository with ${PACKAGES.toLocaleString('en-US')} packages`,
      unit: 's',
      higherIsBetter: false,
      results,
      remarks: [
        `the first update of a program, which asks for every worker and reads every record: ${first.toFixed(2)} s`,
        `rbee.db ${await kibibytes(site, 'rbee.db')}, rbee.files ${await kibibytes(site, 'rbee.files')}`,
        has('pacman')
          ? await pacmanReads(folder, site)
          : 'pacman -Sy was not measured: pacman is not installed',
      ],
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const idOf = (index: number) => `bench-worker-${String(index).padStart(5, '0')}`

/** Packages that were really made, of the first workers. @returns their files. */
async function makeSample(folder: string): Promise<readonly string[]> {
  const registry = sampleRegistry()
  for (let index = 0; index < SAMPLE; index += 1) await registry.publish({ id: idOf(index) })
  const layout = repositoryLayout(join(folder, 'sample'))
  await openRepositories({ source: registry, folder: layout.root, clock: Date.now }).update()
  const names = await readdir(layout.arch('x86_64'))
  return names.filter((name) => name.endsWith('.zst')).map((name) => join(layout.arch('x86_64'), name))
}

/**
 * Every package, as links to the bytes of one that was really made, with records that tell them apart: databases are written
 * of the records.
 */
async function placePackages(registry: SampleRegistry, site: string, bytes: string): Promise<void> {
  const layout = repositoryLayout(site)
  const { size } = await stat(bytes)
  for (const folder of [layout.arch('x86_64'), layout.records('x86_64')])
    await mkdir(folder, { recursive: true })
  for (let index = 0; index < PACKAGES; index += 1) {
    for (const offer of await offersOf(registry, index)) {
      await link(bytes, join(layout.arch('x86_64'), offer.fileName))
      const sha256 = createHash('sha256').update(offer.fileName).digest('hex')
      const record = {
        origin: originOf(offer),
        size,
        sha256,
        installed_size: 4096,
        files: filesOf(offer.worker),
      }
      await writeFile(join(layout.records('x86_64'), `${offer.fileName}.json`), JSON.stringify(record))
    }
  }
}

/** As the files of a small worker are listed. */
function filesOf(id: string): string[] {
  const home = `usr/lib/rbee/${id}/`
  const folders = ['usr/', 'usr/bin/', 'usr/lib/', 'usr/lib/rbee/', home, `${home}bin/`]
  return [...folders, `usr/bin/${id}`, `${home}bin/${id}`, `${home}LICENSE`, `${home}README.md`].toSorted()
}

/** A worker is described anew, as after a sync. */
async function change(registry: SampleRegistry, repositories: Repositories): Promise<void> {
  const id = workerIdSchema.parse(idOf(1))
  changes += 1
  registry.revise(id, (_release, worker) => {
    worker.description = `Changed ${changes} times`
  })
  await repositories.update(new Set([id]))
}

async function offersOf(registry: SampleRegistry, index: number) {
  const offered = await offeredWorker(registry, workerIdSchema.parse(idOf(index)))
  return offered === null ? [] : packageOffers(offered)
}

async function repoAdd(folder: string, packages: readonly string[]): Promise<number> {
  const reference = join(folder, 'reference')
  await rm(reference, { recursive: true, force: true })
  await mkdir(reference)
  return (seconds('repo-add', ['-q', join(reference, 'rbee.db.tar.gz'), ...packages]) * PACKAGES) / SAMPLE
}

/** From a server of this machine, and the first search in the database. */
async function pacmanReads(folder: string, site: string): Promise<string> {
  await using server = await serveFolder(site)
  const root = join(folder, 'machine')
  await mkdir(join(root, 'db'), { recursive: true })
  const config = join(folder, 'pacman.conf')
  const address = `${server.url}/arch/$arch`
  await writeFile(config, `[options]\nArchitecture = x86_64\n[rbee]\nSigLevel = Never\nServer = ${address}\n`)
  const own = [
    '--config',
    config,
    '--root',
    root,
    '--dbpath',
    join(root, 'db'),
    '--logfile',
    join(root, 'log'),
  ]
  const pacman = async (...args: readonly string[]) => {
    const { code, output } = await runTool('pacman', [...args, ...own])
    if (code !== 0) throw new Error(`pacman failed:\n${output}`)
  }
  const syncs: number[] = []
  const searches: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    syncs.push(await secondsOf(() => pacman('-Syy')))
    searches.push(await secondsOf(() => pacman('-Ss', 'bench-worker-09999')))
  }
  return `pacman -Syy ${median(syncs).toFixed(2)} s, pacman -Ss ${median(searches).toFixed(2)} s`
}

async function kibibytes(site: string, name: string): Promise<string> {
  return `${Math.round((await stat(join(site, 'arch/x86_64', name))).size / 1024).toLocaleString('en-US')} KiB`
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return (performance.now() - started) / 1000
}

import { mkdir, rm } from 'node:fs/promises'
import type { WorkerId } from '@rbee/schema'
import type { BuildEvent, Omission } from './build-event.ts'
import { explainDisk } from './files/disk-errors.ts'
import { type RepositoryLayout, repositoryLayout } from './files/layout.ts'
import { formulaOffer } from './homebrew/formula-offer.ts'
import { type TapFormula, updateTap } from './homebrew/tap.ts'
import type { OfferedWorker } from './offers/offered-release.ts'
import type { RegistrySource } from './offers/registry-source.ts'
import { type PackageOffer, packageOffers } from './pacman/package-offer.ts'
import { type PacmanReport, updatePacmanRepository } from './pacman/repository.ts'
import { surveyRegistry, surveyWorkers } from './survey.ts'

export interface RepositoriesSettings {
  readonly source: RegistrySource
  /** Where they lie: a folder that nothing else writes to. */
  readonly folder: string
  readonly clock: () => number
  readonly signal?: AbortSignal
  readonly onEvent?: (event: BuildEvent) => void
}

export interface RepositoriesReport {
  readonly packages: number
  /** Packages made in this run. */
  readonly packages_made: number
  readonly formulas: number
  /** The tap's newest commit. */
  readonly tap_commit: string
  /** What is not offered although the registry names it. */
  readonly left_out: readonly Omission[]
}

/** Repositories of package managers in a folder, for everything that a registry offers. */
export interface Repositories {
  /**
   * Brings them up to date.
   *
   * @param changed the workers that changed since the last update; null for all, as the first time.
   */
  update(changed?: ReadonlySet<WorkerId> | null): Promise<RepositoriesReport>
}

interface Offers {
  readonly packages: readonly PackageOffer[]
  readonly formula: TapFormula | null
}

/** What an update leaves for the next one of the same process. */
interface Known {
  readonly offers: Map<WorkerId, Offers>
  readonly records: PacmanReport['records']
}

/** Updates are not to overlap. Fails with `disk_full`, `setting_invalid`, `state_damaged`, and as the registry's client does. */
export function openRepositories(settings: RepositoriesSettings): Repositories {
  const { source, clock, signal, onEvent = () => {} } = settings
  const layout = repositoryLayout(settings.folder)
  let known: Known | null = null

  async function survey(changed: ReadonlySet<WorkerId> | null): Promise<Map<WorkerId, Offers>> {
    const offers = new Map(changed === null ? [] : known?.offers)
    const set = (id: WorkerId, offered: OfferedWorker | null) => {
      if (offered === null) offers.delete(id)
      else offers.set(id, { packages: packageOffers(offered), formula: formulaOffer(offered, source.url) })
    }
    if (changed === null || known === null) await surveyRegistry(source, set, { signal, onEvent })
    else await surveyWorkers(source, [...changed], set, signal)
    return offers
  }

  return {
    async update(changed = null) {
      try {
        await prepare(layout)
        const offers = await survey(changed)
        const around = { layout, source, clock, signal, onEvent }
        const { report, records } = await write(offers, around, changed === null ? undefined : known?.records)
        known = { offers, records }
        return report
      } catch (error) {
        throw explainDisk(error, layout.root)
      } finally {
        await rm(layout.scratch, { recursive: true, force: true })
      }
    },
  }
}

async function prepare({ root, scratch }: RepositoryLayout): Promise<void> {
  await mkdir(root, { recursive: true })
  await mkdir(scratch, { recursive: true })
}

type Surroundings = Parameters<typeof updatePacmanRepository>[1]

async function write(
  offers: ReadonlyMap<WorkerId, Offers>,
  around: Surroundings,
  records?: PacmanReport['records'],
): Promise<{ readonly report: RepositoriesReport; readonly records: PacmanReport['records'] }> {
  const sorted = [...offers].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, offer]) => offer)
  const pacman = await updatePacmanRepository(
    sorted.flatMap(({ packages }) => packages),
    around,
    records,
  )
  const { layout, clock } = around
  const tap = await updateTap(
    layout.tap,
    sorted.flatMap(({ formula }) => formula ?? []),
    { scratch: layout.scratch, clock },
  )
  const report = {
    packages: pacman.records.size,
    packages_made: pacman.made,
    formulas: tap.formulas,
    tap_commit: tap.commit,
    left_out: pacman.omissions,
  }
  return { report, records: pacman.records }
}

import { describe, type Measurement } from './measurement.ts'
import { blobs } from './measurements/blobs.ts'
import { checker } from './measurements/checker.ts'
import { connections } from './measurements/connections.ts'
import { delta } from './measurements/delta.ts'
import { documents } from './measurements/documents.ts'
import { install } from './measurements/install.ts'
import { log } from './measurements/log.ts'
import { packageFiles } from './measurements/package-files.ts'
import { packageRepository } from './measurements/package-repository.ts'
import { pages } from './measurements/pages.ts'
import { provenance } from './measurements/provenance.ts'
import { relevance } from './measurements/relevance.ts'
import { SEARCHED_WORKERS, search } from './measurements/search.ts'
import { signedInstall } from './measurements/signed-install.ts'
import { signing } from './measurements/signing.ts'
import { site } from './measurements/site.ts'
import { startUp } from './measurements/start-up.ts'
import { sync } from './measurements/sync.ts'
import { unpacking } from './measurements/unpacking.ts'

/** Options with a value. */
const OPTIONS: ReadonlySet<string> = new Set(['--workers', '--filled'])

/** Ten minutes of connections instead of a look at them. */
const isFull = process.argv.includes('--full')

/** How many workers are searched and shown: `--workers N`. */
const workers = Number(optionOf('--workers') ?? SEARCHED_WORKERS)
if (!Number.isSafeInteger(workers) || workers < 1) {
  console.error('--workers takes a number of workers')
  process.exit(2)
}

/** Runs all measurements, or those that are named, and prints medians and ratios; with --json as data. */
const MEASUREMENTS: Readonly<Record<string, () => Promise<Measurement>>> = {
  'start-up': startUp,
  documents,
  blobs,
  connections: () => connections(isFull ? 600 : 30),
  unpacking,
  checker,
  sync,
  'package-files': packageFiles,
  'package-repository': packageRepository,
  log,
  signing,
  'signed-install': signedInstall,
  provenance,
  install,
  delta,
  relevance,
  search: () => search(workers),
  site,
  pages: () => pages(workers, optionOf('--filled')),
}

const names = process.argv
  .slice(2)
  .filter((argument, index, all) => !argument.startsWith('--') && !OPTIONS.has(all[index - 1] ?? ''))
const unknown = names.find((name) => !(name in MEASUREMENTS))
if (unknown !== undefined) {
  console.error(`there is no measurement "${unknown}"; there are: ${Object.keys(MEASUREMENTS).join(', ')}`)
  process.exit(2)
}
const measured: Measurement[] = []
for (const [name, measure] of Object.entries(MEASUREMENTS)) {
  if (names.length > 0 && !names.includes(name)) continue
  process.stderr.write(`measuring ${name} …\n`)
  const measurement = await measure()
  measured.push(measurement)
  if (!process.argv.includes('--json')) console.log(`${describe(measurement).join('\n')}\n`)
}
if (process.argv.includes('--json')) console.log(JSON.stringify(measured))

function optionOf(name: string): string | null {
  const place = process.argv.indexOf(name)
  return place === -1 ? null : (process.argv[place + 1] ?? null)
}

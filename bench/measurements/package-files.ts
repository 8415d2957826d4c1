import { PACKAGE_FILE_FORMATS, writePackageFile } from '../../packages/package-files/src/index.ts'
import { aPackageInput } from '../../packages/package-files/src/samples.ts'
import { releaseDocumentSchema, workerDocumentSchema } from '../../packages/schema/src/index.ts'
import { inTurns, type Measurement } from '../measurement.ts'

const WORKERS = 10_000
const ROUNDS = 3

/** A worker's two documents as they are stored. */
interface StoredDocuments {
  readonly worker: string
  readonly release: string
}

/**
 * How long it takes to write every PKGBUILD, .SRCINFO and formula of a catalog, of its default variants: what a server does
 * when each is asked for once. Reading and checking the documents is in the time, as it is for each request.
 */
export async function packageFiles(): Promise<Measurement> {
  const stored = Array.from({ length: WORKERS }, (_, index) => storedDocuments(index))
  const formats = PACKAGE_FILE_FORMATS.map((format) => ({
    name: format,
    run: async () => secondsOf(() => writeAll(stored, [format])),
  }))
  return {
    what: `Package files of ${WORKERS.toLocaleString('en-US')} workers`,
    unit: 's',
    higherIsBetter: false,
    withoutPeers: true,
    results: await inTurns(ROUNDS, [
      { name: 'all formats', run: async () => secondsOf(() => writeAll(stored, PACKAGE_FILE_FORMATS)) },
      ...formats,
      { name: 'the documents alone', run: async () => secondsOf(() => writeAll(stored, [])) },
    ]),
  }
}

function storedDocuments(index: number): StoredDocuments {
  const id = `bench-worker-${String(index).padStart(5, '0')}`
  const { worker, release } = aPackageInput({
    manifest: { id, description: `Serves models of the kind ${index}, it's "quick" for $0` },
    artifacts: { cpu: ['linux-x86_64', 'linux-aarch64', 'macos-aarch64'], cuda: ['linux-x86_64'] },
  })
  return { worker: JSON.stringify(worker), release: JSON.stringify(release) }
}

function writeAll(stored: readonly StoredDocuments[], formats: typeof PACKAGE_FILE_FORMATS): void {
  for (const { worker, release } of stored) {
    const input = {
      worker: workerDocumentSchema.parse(JSON.parse(worker)),
      release: releaseDocumentSchema.parse(JSON.parse(release)),
      variant: null,
      origin: 'https://catalog.example',
    }
    for (const format of formats) writePackageFile(format, input)
  }
}

function secondsOf(work: () => void): number {
  const started = performance.now()
  work()
  return (performance.now() - started) / 1000
}

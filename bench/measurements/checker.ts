import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { check } from '../../packages/checker/src/index.ts'
import { OFFLINE } from '../../packages/checker/src/testing/checked-folder.ts'
import { HOSTILE_BODIES } from '../../packages/checker/src/testing/hostile-bodies.ts'
import { type Measurement, median } from '../measurement.ts'

const ORDINARY = new URL('../../packages/checker/fixtures/ordinary/', import.meta.url)

/** How long the check of one submission takes, over PKGBUILDs as packagers write them and over hostile ones. */
export async function checker(): Promise<Measurement> {
  const texts = [...(await ordinary()), ...HOSTILE_BODIES.map(({ body }) => `${HEAD}build() {\n${body}\n}\n`)]
  const folder = await mkdtemp(join(tmpdir(), 'rbee-bench-checker-'))
  try {
    await writeFile(join(folder, 'worker.toml'), MANIFEST)
    await writeFile(join(folder, 'LICENSE'), 'MIT\n')
    // The parser is loaded once per process, not per submission.
    await measure(folder, HEAD)
    const times: number[] = []
    for (const text of texts) times.push(await measure(folder, text))
    return {
      what: `Check of one submission, over ${texts.length} PKGBUILDs`,
      unit: 'ms',
      higherIsBetter: false,
      withoutPeers: true,
      results: [
        { name: 'median', median: median(times) },
        { name: 'worst', median: Math.max(...times) },
        { name: 'largest file that is read', median: await measure(folder, largest()) },
      ],
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const HEAD = 'pkgname=speech-example\npkgver=1.0.0\npkgrel=1\narch=(x86_64)\n'
const MANIFEST = [
  '[worker]',
  'id = "speech-example"',
  'name = "Example"',
  'description = "Transcribes speech."',
  'license = "MIT"',
  '[platforms]',
  'linux = ["x86_64"]',
  '',
].join('\n')

async function ordinary(): Promise<readonly string[]> {
  const names = await readdir(ORDINARY)
  return Promise.all(names.map((name) => readFile(new URL(name, ORDINARY), 'utf8')))
}

/** As many commands as fit into the 128 KiB that a PKGBUILD may have. */
function largest(): string {
  const line = '  install -Dm644 "$srcdir/$pkgname-$pkgver/file" "$pkgdir/usr/share/$pkgname/file"\n'
  const count = Math.floor((128 * 1024 - HEAD.length - 40) / line.length)
  return `${HEAD}package() {\n${line.repeat(count)}}\n`
}

async function measure(folder: string, pkgbuild: string): Promise<number> {
  await writeFile(join(folder, 'PKGBUILD'), pkgbuild)
  const started = performance.now()
  await check(folder, OFFLINE)
  return performance.now() - started
}

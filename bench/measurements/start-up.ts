import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { layOutPackage, packWithNpm } from '../../apps/cli/distribution/package-layout.ts'
import { inTurns, type Measurement } from '../measurement.ts'
import { has, run, seconds } from '../processes.ts'

/** What the package script of a clone starts. */
const CLONE_ENTRY = fileURLToPath(new URL('../../apps/cli/bin/rbee-hive.js', import.meta.url))

/** How long a program takes to say its version: installed with npm, and started in a clone. All run on the same Node. */
export async function startUp(): Promise<Measurement> {
  const scratch = await mkdtemp(join(tmpdir(), 'rbee-start-up-'))
  try {
    const env = { ...process.env, PATH: `${dirname(process.execPath)}:${process.env.PATH}`, HOME: scratch }
    const installed = has('npm') ? await install(scratch, env) : null
    const timed = (program: string, args: readonly string[]) => async () => seconds(program, args, env)
    // The first start in a clone compiles its sources for all later ones.
    run(process.execPath, [CLONE_ENTRY, '--version'], env)
    const [own, peer, clone, bare] = await inTurns(15, [
      {
        name: 'rbee-hive, installed with npm',
        run: installed === null ? null : timed(installed, ['--version']),
        ...(installed === null ? { note: 'npm is missing' } : {}),
      },
      { name: 'npm', run: has('npm') ? timed('npm', ['--version']) : null, note: 'on the same Node' },
      { name: 'rbee-hive, in a clone', run: timed(process.execPath, [CLONE_ENTRY, '--version']) },
      { name: 'node', run: timed(process.execPath, ['-e', '0']) },
    ])
    return {
      what: 'Start-up: --version',
      unit: 's',
      higherIsBetter: false,
      results: [own, peer].filter((side) => side !== undefined),
      remarks: [
        `in a clone rbee-hive takes ${clone?.median?.toFixed(3)} s; Node by itself takes ${bare?.median?.toFixed(3)} s`,
      ],
    }
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

/** @returns the path of the installed program. */
async function install(scratch: string, env: Record<string, string | undefined>): Promise<string> {
  const folder = join(scratch, 'package')
  await layOutPackage(folder)
  const tarball = packWithNpm(folder, scratch)
  run('npm', ['install', '--global', '--offline', '--prefix', join(scratch, 'prefix'), tarball], env)
  return join(scratch, 'prefix/bin/rbee-hive')
}

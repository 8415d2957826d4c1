import { glob } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ProgramFailure, type Programs } from './programs.ts'

/** Publishes every folder of `workers/` with a manifest; none is named here. */
export async function publishWorkers(
  programs: Programs,
  project: string,
  dataDir: string,
  registry: string,
): Promise<void> {
  const create = ['token', 'create', '--scope', 'operator', '--expires', '1d', '--quiet']
  const token = await programs.run({ program: 'rbee-catalog', args: [...create, '--data-dir', dataDir] })
  const env = { RBEE_REGISTRY: registry, RBEE_TOKEN: token }
  const manifests = await Array.fromAsync(glob('workers/{*,community/*}/worker.toml', { cwd: project }))
  for (const folder of manifests.map(dirname).toSorted()) {
    process.stderr.write(`$ rbee-publish ${folder}\n`)
    process.stderr.write(`  ${await publish(programs, folder, env)}\n`)
  }
}

/**
 * A release of a catalog that was filled from earlier sources stays what it is: it works, so the run goes on with it.
 *
 * @returns what became of it, for people.
 */
async function publish(
  programs: Programs,
  folder: string,
  env: Readonly<Record<string, string>>,
): Promise<string> {
  try {
    const answer = await programs.run({ program: 'rbee-publish', args: [folder, '--json'], env })
    const { worker, version, status } = JSON.parse(answer) as Record<string, string>
    return status === 'published'
      ? `published ${worker} ${version}`
      : `${worker} ${version} is published already, nothing to do`
  } catch (error) {
    if (!(error instanceof ProgramFailure) || codeOf(error.stdout) !== 'version_conflict') throw error
    return 'this run goes on with the release as it was published; an empty --data-dir takes the new contents'
  }
}

function codeOf(stdout: string): string | undefined {
  const answer = stdout === '' ? null : (JSON.parse(stdout) as { error?: { code?: string } })
  return answer?.error?.code
}

import { execFile } from 'node:child_process'
import { devNull } from 'node:os'
import { join } from 'node:path'
import { RbeeError } from '@rbee/schema'
import type { BuildSource } from './build-script.ts'
import { type BuildRun, runBuildStep } from './build-step.ts'

/** A repository and the commit that is built, whatever its branches and tags say later. */
export type PinnedRepository = Extract<BuildSource, { kind: 'git' }> & { readonly commit: string }

const ASK_TIMEOUT_MS = 60_000
const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/

/**
 * Nothing of the machine's or the user's configuration, keys or prompts; no protocol but the address's own, no redirect to
 * another host, no submodules.
 */
function gitEnvironment(url: URL): Record<string, string> {
  return {
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: devNull,
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: 'true',
    GIT_ALLOW_PROTOCOL: url.protocol.slice(0, -1),
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_ALLOC_LIMIT: '1g',
  }
}

export const HARDENED = [
  'core.hooksPath=/dev/null',
  'credential.helper=',
  'http.followRedirects=initial',
  'http.lowSpeedLimit=1000',
  'http.lowSpeedTime=30',
  'transfer.bundleURI=false',
  'fetch.recurseSubmodules=false',
  'gc.auto=0',
  'maintenance.auto=false',
].flatMap((setting) => ['-c', setting])

/** Variables with which a machine gets out and knows whom to trust. */
export function networkEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const names = ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY', 'NO_PROXY']
  const certificates = ['SSL_CERT_FILE', 'SSL_CERT_DIR', 'NODE_EXTRA_CA_CERTS']
  const passed = [...names, ...names.map((name) => name.toLowerCase()), ...certificates]
  return Object.fromEntries(
    passed.flatMap((name) => {
      const value = env[name]
      return value === undefined || value === '' ? [] : [[name, value]]
    }),
  )
}

/** Asks which commit a source means at this moment. Fails with `source_unreachable`. */
export async function pinCommit(
  source: Extract<BuildSource, { kind: 'git' }>,
  git: string,
  environment: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<PinnedRepository> {
  const { ref, url } = source
  if (ref.kind === 'commit') return { ...source, commit: ref.name }
  const name = ref.kind === 'head' ? 'HEAD' : `refs/${ref.kind === 'tag' ? 'tags' : 'heads'}/${ref.name}`
  const answer = await new Promise<string>((resolve, reject) => {
    const args = [...HARDENED, 'ls-remote', '--', url.href, name, `${name}^{}`]
    const env = { ...environment, ...gitEnvironment(url), LC_ALL: 'C', PATH: '/usr/bin:/bin' }
    const options = { cwd: '/', env, timeout: ASK_TIMEOUT_MS, maxBuffer: 2 ** 20, signal }
    execFile(git, args, options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout)
      else
        reject(
          signal.aborted ? signal.reason : unreachable(url, stderr.trim().split('\n')[0] || error.message),
        )
    })
  })
  const commits = new Map(
    answer
      .split('\n')
      .map((line) => line.split('\t'))
      .map(([commit = '', found = '']) => [found, commit]),
  )
  // An annotated tag is an object of its own; what it leads to is listed behind it.
  const commit = commits.get(`${name}^{}`) ?? commits.get(name)
  if (commit === undefined || !COMMIT.test(commit))
    throw unreachable(url, `it has no ${ref.kind === 'head' ? 'default branch' : `${ref.kind} ${ref.name}`}`)
  return { ...source, commit }
}

/**
 * Fetches a repository as makepkg keeps it, and makes sure that it is built at the commit that was agreed to. Fails with
 * `build_failed`, or `digest_mismatch` where it is another commit by now.
 */
export async function fetchRepository(
  run: BuildRun,
  source: PinnedRepository,
  git: string,
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  const { url, name, ref, commit } = source
  const folder = join(run.place.sources, name)
  const step = {
    network: true,
    sandboxed: false,
    environment: { ...environment, ...gitEnvironment(url) },
  }
  const clone = ['clone', '--quiet', '--mirror', '--template=', '--', url.href, folder]
  await runBuildStep(run, { ...step, doing: `fetching ${name}`, command: [git, ...HARDENED, ...clone] })
  const revision = revisionOf(ref)
  const compare = '[ "$("$1" -C "$2" rev-parse --verify "$3^{commit}")" = "$4" ]'
  const command = [run.bash, '-c', compare, 'compare', git, folder, revision, commit]
  try {
    await runBuildStep(run, { ...step, doing: `checking the commit of ${name}`, command })
  } catch (error) {
    if (!(error instanceof RbeeError) || error.code !== 'build_failed' || error.details.limit !== null)
      throw error
    throw new RbeeError('digest_mismatch', `${url.href} is not at the commit ${commit} that was agreed to`, {
      next: 'it was changed meanwhile: read what the new commit brings, and run the command again',
      cause: error,
    })
  }
}

function revisionOf({ kind, name }: PinnedRepository['ref']): string {
  switch (kind) {
    case 'commit':
      return name
    case 'tag':
      return `refs/tags/${name}`
    case 'branch':
      return `refs/heads/${name}`
    case 'head':
      return 'HEAD'
  }
}

function unreachable(url: URL, why: string): RbeeError {
  return new RbeeError('source_unreachable', `${url.href} cannot be fetched: ${why.slice(0, 300)}`, {
    next: 'check the network, or tell the author of the worker; nothing was changed',
  })
}

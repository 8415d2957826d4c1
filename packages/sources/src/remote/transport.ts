import { devNull } from 'node:os'
import { RbeeError } from '@rbee/schema'
import { type GitCall, type GitLimits, type GitResult, runGit } from '../git/program.ts'

/** What fetching needs of the machine. */
export interface RemoteAccess {
  /** Where repositories are kept between two readings. */
  readonly cacheFolder: string
  /** PATH to find git and ssh on; the system's default without it. */
  readonly searchPath?: string
  /**
   * Variables of the process. Those of {@link PASSED_ON} reach git: how this machine gets out, whom it trusts and which
   * keys it has. Nothing of git's own configuration does.
   */
  readonly environment?: Readonly<Record<string, string | undefined>>
  readonly signal?: AbortSignal
  readonly limits?: RemoteLimits
}

export interface RemoteLimits {
  /** Of all that is kept of one repository. */
  readonly maxBytes: number
  /** Of one fetch. */
  readonly timeoutMs: number
}

export const DEFAULT_LIMITS: RemoteLimits = { maxBytes: 2 * 2 ** 30, timeoutMs: 15 * 60_000 }

const PASSED_ON = [
  'HOME',
  'SSH_AUTH_SOCK',
  'GIT_SSH_COMMAND',
  'GIT_SSL_CAINFO',
  'GIT_SSL_CAPATH',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'HTTPS_PROXY',
  'https_proxy',
  'http_proxy',
  'ALL_PROXY',
  'all_proxy',
  'NO_PROXY',
  'no_proxy',
  'SYSTEMROOT',
] as const

/** Asks nothing: without a terminal nobody would answer. Hosts have to be known, as with every other use of ssh. */
const SSH_COMMAND = 'ssh -oBatchMode=yes -oConnectTimeout=20'

/**
 * Settings that a hostile server or a careless default could otherwise decide. A redirect is not followed: it could lead
 * from a public host to one inside. Less than 1,000 bytes a second for 30 seconds is a transfer that has stalled.
 */
const HARDENED = [
  'core.hooksPath=/dev/null',
  'credential.helper=',
  'http.followRedirects=false',
  'http.lowSpeedLimit=1000',
  'http.lowSpeedTime=30',
  'transfer.credentialsInUrl=die',
  'transfer.bundleURI=false',
  'fetch.unpackLimit=1',
  'fetch.recurseSubmodules=false',
  'fetch.writeCommitGraph=false',
  'gc.auto=0',
  'maintenance.auto=false',
].flatMap((setting) => ['-c', setting])

/** Of one allocation of git, so that a small pack cannot ask for all memory of the machine. */
const ALLOCATION_LIMIT = '1g'

/**
 * Runs a command of git that talks to another machine, by the one protocol that the address names.
 *
 * @param address of a form that `parseLocation` lets through.
 * @throws RbeeError `catalog_unreachable` where the conversation fails.
 */
export async function runTransport(
  command: { readonly args: readonly string[]; readonly address: string; readonly refs: readonly string[] },
  place: { readonly gitDir: string; readonly environment?: Readonly<Record<string, string>> },
  access: RemoteAccess,
  limits: GitLimits,
): Promise<GitResult> {
  const call: GitCall = {
    cwd: place.gitDir,
    searchPath: access.searchPath,
    signal: access.signal,
    environment: {
      GIT_SSH_COMMAND: SSH_COMMAND,
      ...passedOn(access.environment ?? {}),
      ...place.environment,
      GIT_DIR: place.gitDir,
      GIT_CONFIG_GLOBAL: devNull,
      GIT_ALLOW_PROTOCOL: protocolOf(command.address),
      GIT_ALLOC_LIMIT: ALLOCATION_LIMIT,
    },
  }
  const args = [...HARDENED, ...command.args, '--', command.address, ...command.refs]
  const result = await runGit(args, call, { ...limits, timeoutCode: 'catalog_unreachable' })
  if (result.exitCode === 0) return result
  throw new RbeeError('catalog_unreachable', `the repository cannot be fetched: ${reasonOf(result)}`, {
    next: 'check the address, the network and the rights to read it; what was read before stays as it is',
  })
}

function passedOn(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const named = PASSED_ON.flatMap((name): [string, string][] => {
    const value = environment[name]
    return value === undefined || value === '' ? [] : [[name, value]]
  })
  return Object.fromEntries(named)
}

function protocolOf(address: string): string {
  return /^(https?):/i.exec(address)?.[1]?.toLowerCase() ?? 'ssh'
}

/** The line of git's or ssh's output that says why. What the server says (`remote: …`) is not repeated. */
function reasonOf({ stderr, exitCode }: GitResult): string {
  const lines = stderr
    .split('\n')
    .map((line) => line.replace(/[^\u0020-\u007e\u00a0-\uffff]/g, '').trim())
    .filter((line) => line !== '' && !line.startsWith('remote:'))
  const said =
    lines.find((line) => /^(?:ssh|fatal|error):|denied|verification failed/i.test(line)) ?? lines[0]
  return said?.replace(/^(?:fatal|error): /, '').slice(0, 300) ?? `git ended with exit code ${exitCode}`
}

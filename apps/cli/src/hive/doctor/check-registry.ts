import { RbeeError, tryParseJson } from '@rbee/schema'
import { z } from 'zod'
import { formatDuration } from '../../program/terminal.ts'
import type { HiveHome } from '../home.ts'
import { printable } from '../printable.ts'
import { checkTrust } from './check-trust.ts'
import { type DoctorFinding, fine, problem, warning } from './finding.ts'

/** Long enough for a slow line, short enough for somebody who waits for an answer. */
const TIMEOUT_MS = 5_000
/** Tokens and signed metadata state times; clocks of ordinary machines differ by seconds. */
const SKEW_LIMIT_SECONDS = 300
const MAX_ANSWER_BYTES = 10_000

const PROXY_VARIABLES = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'] as const

const healthSchema = z.object({ service: z.literal('worker-catalog'), version: z.string() })

export interface RegistryPlace {
  /** Without a slash at the end. */
  readonly url: string
  readonly fetch: typeof fetch
}

/** As {@link checkRegistry}, where the settings that lead to the registry may be wrong themselves. */
export async function checkConnection(
  connect: () => Promise<RegistryPlace>,
  env: Readonly<Record<string, string | undefined>>,
  surroundings: { readonly home: HiveHome; readonly clock: () => number; readonly signal: AbortSignal },
): Promise<DoctorFinding[]> {
  try {
    const place = await connect()
    const [found, trust] = await Promise.all([
      checkRegistry(place, env, surroundings),
      checkTrust(surroundings.home, place.url, surroundings.clock()),
    ])
    return [...found, trust]
  } catch (error) {
    if (!(error instanceof RbeeError) || error.code !== 'setting_invalid') throw error
    return [problem('registry', error.message, error.next)]
  }
}

/** Whether the registry answers and is one, whether its clock is this machine's, and which proxy leads there. */
async function checkRegistry(
  { url, fetch }: RegistryPlace,
  env: Readonly<Record<string, string | undefined>>,
  surroundings: { readonly clock: () => number; readonly signal: AbortSignal },
): Promise<DoctorFinding[]> {
  const proxy = checkProxy(url, env)
  try {
    const answer = await fetch(`${url}/health`, {
      signal: AbortSignal.any([surroundings.signal, AbortSignal.timeout(TIMEOUT_MS)]),
      redirect: 'manual',
    })
    const received = surroundings.clock()
    return [...proxy, await checkAnswer(url, answer), ...checkClock(answer.headers.get('date'), received)]
  } catch (error) {
    surroundings.signal.throwIfAborted()
    return [...proxy, unreachable(url, error)]
  }
}

async function checkAnswer(url: string, answer: Response): Promise<DoctorFinding> {
  const other = 'check the address (--registry or RBEE_REGISTRY)'
  if (!answer.ok) return problem('registry', `${url} answers HTTP ${answer.status}`, other)
  const health = healthSchema.safeParse(await readBounded(answer))
  if (!health.success) return problem('registry', `${url} answers, but is no registry of workers`, other)
  return fine('registry', `${url} answers, version ${printable(health.data.version).slice(0, 40)}`)
}

/** What the answer holds as JSON; undefined when it is none, or too long for what it should be. */
async function readBounded(answer: Response): Promise<unknown> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of answer.body ?? []) {
    chunks.push(chunk)
    length += chunk.length
    if (length > MAX_ANSWER_BYTES) return undefined
  }
  return tryParseJson(Buffer.concat(chunks).toString('utf8'))
}

function checkClock(date: string | null, now: number): DoctorFinding[] {
  const time = Date.parse(date ?? '')
  if (Number.isNaN(time)) return []
  const seconds = Math.abs(now - time) / 1000
  if (seconds <= SKEW_LIMIT_SECONDS) return [fine('clock', 'it agrees with that of the registry')]
  const direction = now > time ? 'ahead of' : 'behind'
  const text = `the clock of this machine is ${formatDuration(seconds)} ${direction} that of the registry`
  return [warning('clock', text, 'set it; on Linux: sudo timedatectl set-ntp true')]
}

/** A proxy's address may hold a password: only its host is told. */
function checkProxy(url: string, env: Readonly<Record<string, string | undefined>>): DoctorFinding[] {
  const names = PROXY_VARIABLES.filter((name) => env[name])
  if (names.length === 0) return []
  const exceptions = env.NO_PROXY ?? env.no_proxy ?? ''
  const host = new URL(url).hostname
  const loopback = /^(localhost|127\.|\[::1\])/.test(host)
  if (loopback && !exceptions.split(/[\s,]+/).some((name) => name === host || name === '*')) {
    const cure = `set NO_PROXY=${host}`
    return [warning('proxy', `requests to ${host}, which is this machine, go through a proxy`, cure)]
  }
  const used = names.map((name) => `${name} (${new URL(env[name] ?? '').host})`).join(', ')
  return [fine('proxy', `requests go through ${used}`)]
}

function unreachable(url: string, error: unknown): DoctorFinding {
  if (!(error instanceof Error)) throw error
  const timedOut = error.name === 'TimeoutError'
  const inner = error.cause instanceof Error ? error.cause : error
  const why = timedOut ? `it gives no answer within ${TIMEOUT_MS / 1000} s` : inner.message || inner.name
  if (!timedOut && !(error instanceof TypeError)) throw error
  return problem(
    'registry',
    `${url} cannot be reached: ${printable(why)}`,
    'check the network and the address (--registry or RBEE_REGISTRY); what is installed goes on to work',
  )
}

import { RbeeError, type WorkerId } from '@rbee/schema'
import type { CommandContext } from '../../program/command.ts'
import type { RegistryConnection } from '../../registry/connect.ts'
import { type Runner, requestIdentity } from './runner.ts'

/** Another token is asked for when the one at hand is good for less than this: time for one part of an archive. */
const RENEW_BEFORE_MS = 3 * 60_000
const ATTEMPTS = 3
const PAUSE_MS = 1_000

/**
 * Failures after which another identity token may do: an answer got lost after the registry took the token, or it could not
 * ask the issuer.
 */
const WORTH_ANOTHER: ReadonlySet<string> = new Set([
  'oidc_token_used',
  'oidc_provider_unreachable',
  'registry_unreachable',
])

/**
 * Gives a token of the registry for the run of this job, and another when its time is nearly over. The audience of identity
 * tokens is the address that the user named: one that a registry states might be that of another, which would then accept
 * what this one was sent.
 */
export function runTokens(
  runner: Runner,
  worker: WorkerId,
  registry: RegistryConnection,
  { signal, clock, terminal }: Pick<CommandContext, 'signal' | 'clock' | 'terminal'>,
): () => Promise<string> {
  let current: { readonly token: string; readonly expiresAt: number } | null = null
  let asking: Promise<string> | null = null

  async function renew(): Promise<string> {
    const identity = await requestIdentity(runner, registry.url, { fetch: registry.fetch, signal })
    const { token, expires_at } = await registry.client.exchangeIdentity({ token: identity, worker })
    current = { token, expiresAt: Date.parse(expires_at) }
    return token
  }

  return async () => {
    if (current !== null && clock() < current.expiresAt - RENEW_BEFORE_MS) return current.token
    if (current === null) terminal.step('proving to the registry which workflow this is')
    // Parts of archives go out side by side, and one token is enough for all.
    asking ??= repeated(renew, signal).finally(() => {
      asking = null
    })
    return asking
  }
}

async function repeated(renew: () => Promise<string>, signal: AbortSignal): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await renew()
    } catch (error) {
      if (!(error instanceof RbeeError) || !WORTH_ANOTHER.has(error.code) || attempt === ATTEMPTS) throw error
      await pause(PAUSE_MS * attempt, signal)
    }
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds)
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer)
        reject(signal.reason)
      },
      { once: true },
    )
  })
}

import { RbeeError, tryParseJson } from '@rbee/schema'
import type { JSONWebKeySet } from 'jose'
import { z } from 'zod'

/** A discovery document of GitHub has 1 kB. */
const DISCOVERY_MAX_BYTES = 64 * 1024
const KEYS_MAX_BYTES = 256 * 1024
const KEYS_MAX = 50

const discoverySchema = z.object({ issuer: z.string(), jwks_uri: z.string() })

/** Of other kinds of keys nothing is used; a symmetric one would be a secret that everybody reads. */
const keySchema = z.looseObject({
  kty: z.enum(['RSA', 'EC']),
  kid: z.string().min(1).max(200),
  use: z.literal('sig').optional(),
  d: z.never().optional(),
})
const keySetSchema = z.object({ keys: z.array(z.unknown()).max(KEYS_MAX) })

/** The keys of an issuer with their ids. */
export type IssuerKeySet = JSONWebKeySet & { readonly keys: readonly { readonly kid?: string }[] }

/**
 * Fetches the public keys of an issuer (OpenID Connect Discovery 1.0, section 4). Fails with `oidc_provider_unreachable`
 * and `oidc_provider_invalid`.
 *
 * Every request goes to the origin of the issuer, which an operator named: neither a redirect nor what the discovery
 * document says can send the server to an address of its own network.
 *
 * @param timeoutMs for both files together.
 */
export async function fetchIssuerKeys(
  issuer: string,
  fetchFile: typeof fetch,
  timeoutMs: number,
): Promise<IssuerKeySet> {
  const signal = AbortSignal.timeout(timeoutMs)
  const get = (url: string, maxBytes: number) => fetchJson(issuer, url, { fetchFile, maxBytes, signal })
  const discovery = discoverySchema.safeParse(
    await get(`${issuer}/.well-known/openid-configuration`, DISCOVERY_MAX_BYTES),
  )
  if (!discovery.success) throw invalid(issuer, 'its discovery document names no keys')
  if (discovery.data.issuer !== issuer) throw invalid(issuer, 'its discovery document is of another issuer')
  const keysUrl = ownAddress(issuer, discovery.data.jwks_uri)
  if (keysUrl === null) throw invalid(issuer, 'its discovery document names keys of another host')
  const keySet = keySetSchema.safeParse(await get(keysUrl, KEYS_MAX_BYTES))
  if (!keySet.success) throw invalid(issuer, `it has no list of at most ${KEYS_MAX} keys`)
  return { keys: keySet.data.keys.flatMap((key) => keySchema.safeParse(key).data ?? []) }
}

function ownAddress(issuer: string, text: string): string | null {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || url.username !== '' || url.password !== '') return null
  return url.origin === new URL(issuer).origin ? url.href : null
}

interface Getting {
  readonly fetchFile: typeof fetch
  readonly maxBytes: number
  readonly signal: AbortSignal
}

async function fetchJson(
  issuer: string,
  url: string,
  { fetchFile, maxBytes, signal }: Getting,
): Promise<unknown> {
  let text: string | null
  try {
    const headers = { accept: 'application/json' }
    const response = await fetchFile(url, { headers, signal, redirect: 'manual' })
    if (response.status >= 500 || response.status === 429) {
      await response.body?.cancel()
      throw new TypeError(`it answered ${response.status}`)
    }
    if (!response.ok) {
      await response.body?.cancel()
      throw invalid(issuer, `it answered ${response.status} instead of a document`)
    }
    text = await limitedText(response, maxBytes)
  } catch (cause) {
    if (cause instanceof RbeeError) throw cause
    throw unreachable(issuer, cause)
  }
  if (text === null) throw invalid(issuer, `it answered with more than ${maxBytes} bytes`)
  return tryParseJson(text)
}

/** Null where the body goes on for longer. */
async function limitedText(response: Response, maxBytes: number): Promise<string | null> {
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  // Leaving the loop ends the transfer.
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    if (size > maxBytes) return null
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

function unreachable(issuer: string, cause: unknown): RbeeError {
  const reason =
    cause instanceof Error && cause.name === 'TimeoutError' ? 'it took too long' : 'it cannot be reached'
  return new RbeeError('oidc_provider_unreachable', `The keys of ${issuer} cannot be fetched: ${reason}`, {
    next: 'try again in a moment; the operator of the registry sees the cause at the issuer or in the network',
    cause,
  })
}

export function invalid(issuer: string, reason: string, cause?: unknown): RbeeError {
  return new RbeeError('oidc_provider_invalid', `The issuer ${issuer} cannot be believed: ${reason}`, {
    next: 'tell the operator of the registry, who named this issuer',
    cause,
  })
}

import { createClient } from '@rbee/api-client'
import { RbeeError } from '@rbee/schema'
import type { CommandContext } from '../program/command.ts'
import { type FetchBytes, fetchBytes } from './fetch-bytes.ts'
import { bytesThroughMirror, fetchThroughMirror } from './mirrors.ts'
import { networkTimeout } from './network-timeout.ts'
import { parseRegistryUrl } from './registry-url.ts'

/** A registry as a client program sees it. */
export interface RegistryConnection {
  /** Without a slash at the end. */
  readonly url: string
  readonly client: ReturnType<typeof createClient>
  readonly fetch: typeof fetch
  /** For archives. */
  readonly fetchBytes: FetchBytes
  /** For archives that are sold, of a worker that the token may publish: it is sent to the registry's addresses of archives alone. */
  readonly fetchOwnBytes: FetchBytes
}

/**
 * Fails with `setting_invalid` when the address, that of a proxy, the token or the time limit is not one.
 *
 * @param runToken gives a token before each call, in place of the one in RBEE_TOKEN.
 */
export async function connectRegistry(
  context: Pick<CommandContext, 'env' | 'signal' | 'mirror' | 'answers'>,
  setting: string,
  runToken?: () => Promise<string>,
): Promise<RegistryConnection> {
  const url = parseRegistryUrl(setting)
  const { mirror, answers } = context
  const proxied = answers === undefined ? await proxyFetch(context.env) : null
  assertToken(context.env.RBEE_TOKEN)
  const token = runToken ?? context.env.RBEE_TOKEN
  const timeoutMs = networkTimeout(context.env)
  const ask = answers?.fetch ?? proxied ?? fetch
  const askBytes = answers?.fetchBytes ?? proxied ?? fetchBytes
  const client = createClient({
    registry: url,
    fetch: mirror === undefined ? ask : fetchThroughMirror(ask, url, mirror),
    signal: context.signal,
    ...(token ? { token } : {}),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  })
  return {
    url,
    client,
    fetch: ask,
    async fetchOwnBytes(address, init) {
      const shown = typeof token === 'function' ? await token() : token
      if (!shown || !address.href.startsWith(`${url}/v1/blobs/`)) return askBytes(address, init)
      return askBytes(address, { ...init, headers: { ...init.headers, authorization: `Bearer ${shown}` } })
    },
    fetchBytes: mirror === undefined ? askBytes : bytesThroughMirror(askBytes, url, mirror),
  }
}

/** The value is not repeated: it is, or was to be, a secret. Fails with `setting_invalid`. */
function assertToken(token: string | undefined): void {
  if (!token || /^[\x21-\x7e]+$/.test(token)) return
  throw new RbeeError(
    'setting_invalid',
    'RBEE_TOKEN holds a blank, a line break or another character of no token',
    {
      next: 'set it to the token alone, as rbee-catalog token create prints it',
    },
  )
}

const PROXY_VARIABLES = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'] as const

/** The value is not repeated: it may hold a password. Fails with `setting_invalid`. */
function assertProxyAddress(name: string, value: string | undefined): void {
  if (value !== undefined && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)) return
  throw new RbeeError('setting_invalid', `${name} is not the http or https address of a proxy`, {
    next: 'set it to an address such as http://proxy.example:3128, or unset it',
  })
}

/** Null where no proxy is set; only elsewhere is its client loaded, which costs start-up time. NO_PROXY is honoured. */
export async function proxyFetch(
  env: Readonly<Record<string, string | undefined>>,
): Promise<typeof fetch | null> {
  const set = PROXY_VARIABLES.filter((name) => env[name])
  if (set.length === 0) return null
  for (const name of set) assertProxyAddress(name, env[name])
  const { EnvHttpProxyAgent, fetch: undiciFetch } = await import('undici')
  const httpProxy = env.HTTP_PROXY ?? env.http_proxy
  const httpsProxy = env.HTTPS_PROXY ?? env.https_proxy
  const noProxy = env.NO_PROXY ?? env.no_proxy
  const dispatcher = new EnvHttpProxyAgent({
    ...(httpProxy ? { httpProxy } : {}),
    ...(httpsProxy ? { httpsProxy } : {}),
    ...(noProxy ? { noProxy } : {}),
  })
  const through = (input: Parameters<typeof undiciFetch>[0], init?: Parameters<typeof undiciFetch>[1]) =>
    undiciFetch(input, { ...init, dispatcher })
  // The library's fetch and the platform's are the same function in two versions; their type packages differ in names only.
  return through as typeof fetch
}

import { RbeeError } from '@rbee/schema'
import { z } from 'zod'
import type { CommandContext } from '../program/command.ts'
import { EXIT, exitCodeOf } from '../program/exit-codes.ts'
import type { FetchBytes } from './fetch-bytes.ts'
import { parseRegistryUrl } from './registry-url.ts'

// A mirror is any web server that has the files of a registry under the same paths. Nothing it says is believed: documents are
// compared with what the registry signed, and archives with their digests, as they are when they come from the registry.

export const mirrorOptions = { mirror: z.array(z.string()).default([]) }

/**
 * Does something with a registry's mirrors, in their order, and at last with the registry itself. When a mirror is away, broken,
 * old or lies, `work` is begun anew with the next one; an archive that was being downloaded is gone on with.
 *
 * @param mirrors as settings: with `setting_invalid` it fails before anything is done.
 */
export async function overMirrors<Result>(
  context: CommandContext,
  mirrors: readonly string[],
  work: (through: CommandContext) => Promise<Result>,
): Promise<Result> {
  for (const mirror of mirrors.map((setting) => parseRegistryUrl(setting, 'mirror'))) {
    try {
      return await work({ ...context, mirror })
    } catch (error) {
      if (!mayBeOfTheMirror(error)) throw error
      context.terminal.warn(`the mirror ${mirror} is passed over: ${error.message}`)
    }
  }
  return work(context)
}

/** What cannot be reached or found, or is refused, may be in order elsewhere; what does not fit this machine never is. */
function mayBeOfTheMirror(error: unknown): error is RbeeError {
  if (!(error instanceof RbeeError)) return false
  const exitCode = exitCodeOf(error.code)
  if (exitCode === EXIT.registry || exitCode === EXIT.refused) return true
  // No mirror is shown a licence.
  if (exitCode === EXIT.licence) return true
  return error.code === 'worker_not_found' || error.code === 'release_not_found'
}

/** Asks a mirror for what is read from a registry. Everything else, and every token, goes to the registry alone. */
export function fetchThroughMirror(ask: typeof fetch, registry: string, mirror: string): typeof fetch {
  return (input, init) => {
    const address =
      typeof input === 'string' || input instanceof URL ? mirrored(input, registry, mirror) : null
    if (address === null || (init?.method ?? 'GET') !== 'GET') return ask(input, init)
    const headers = new Headers(init?.headers)
    headers.delete('authorization')
    return askStatic(ask, address, { ...init, headers: Object.fromEntries(headers), redirect: 'manual' })
  }
}

/** A web server that has files leads from the name of a folder to what it answers for it; it is not followed anywhere else. */
async function askStatic(ask: typeof fetch, address: URL, init: RequestInit): Promise<Response> {
  const answer = await ask(address.href, init)
  const isFolder = answer.status >= 301 && answer.status <= 308 && !address.pathname.endsWith('/')
  if (!isFolder) return answer
  await answer.body?.cancel()
  return ask(`${address.origin}${address.pathname}/`, init)
}

/** The same for archives, without what is for the registry alone. */
export function bytesThroughMirror(ask: FetchBytes, registry: string, mirror: string): FetchBytes {
  return (url, init) => {
    const address = mirrored(url, registry, mirror)
    if (address === null) return ask(url, init)
    const { authorization: _, ...headers } = init.headers
    return ask(address, { ...init, headers })
  }
}

/** The mirror's address of what lies below the registry's; null for what does not. */
function mirrored(address: string | URL, registry: string, mirror: string): URL | null {
  const { href } = new URL(address)
  return href.startsWith(`${registry}/`) ? new URL(mirror + href.slice(registry.length)) : null
}

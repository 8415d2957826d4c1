import { createHash } from 'node:crypto'
import { chown, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { RbeeError } from '@rbee/schema'
import { formatBytes } from '../../program/terminal.ts'
import { translateDiskError } from '../disk-errors.ts'
import type { BuildSource, SumKind } from './build-script.ts'
import { type AddressRules, refuseAddress } from './source-address.ts'
import type { Workplace } from './workplace.ts'

type FileSource = Extract<BuildSource, { kind: 'file' }>

/** As `node:crypto` names them; `b2` is what b2sum(1) computes. */
const HASH: Readonly<Record<SumKind, string>> = { sha256: 'sha256', sha512: 'sha512', b2: 'blake2b512' }

const MAX_REDIRECTS = 5
const ATTEMPTS = 3
const STALL_MS = 30_000

export interface FileFetching {
  readonly fetch: typeof fetch
  readonly rules: AddressRules
  readonly signal: AbortSignal
  /** Largest file, in bytes. */
  readonly maxBytes: number
  /** When it has to be there, in milliseconds since the epoch: what trickles in never stalls. */
  readonly deadline: number
  readonly clock: () => number
  onBytes(count: number): void
}

/**
 * Fetches a file of a build to its place and compares all sums that its PKGBUILD states. Fails with `source_unreachable`,
 * or with `digest_mismatch`, when nothing of the file is kept.
 */
export async function fetchFile(source: FileSource, place: Workplace, fetching: FileFetching): Promise<void> {
  const path = join(place.sources, source.name)
  for (let attempt = 1; ; attempt += 1) {
    try {
      assertSums(source, await download(source, path, fetching))
      if (place.user !== null) await chown(path, place.user.uid, place.user.gid)
      return
    } catch (error) {
      await rm(path, { force: true })
      fetching.signal.throwIfAborted()
      const final = error instanceof RbeeError
      if (final) throw error
      const translated = translateDiskError(error, path)
      if (translated instanceof RbeeError) throw translated
      if (attempt >= ATTEMPTS) throw unreachable(source.url, reasonOf(error), error)
    }
  }
}

/** @returns the sums of what came, of the kinds that are stated. */
async function download(
  source: FileSource,
  path: string,
  fetching: FileFetching,
): Promise<ReadonlyMap<SumKind, string>> {
  const stall = new AbortController()
  const timer = setTimeout(() => stall.abort(new Error(`nothing came for ${STALL_MS / 1000} s`)), STALL_MS)
  const file = await open(path, 'wx', 0o644)
  try {
    const response = await request(source.url, AbortSignal.any([fetching.signal, stall.signal]), fetching)
    const hashes = [...source.sums.keys()].map((kind) => ({ kind, hash: createHash(HASH[kind]) }))
    let size = 0
    for await (const chunk of response.body ?? []) {
      timer.refresh()
      size += chunk.length
      fetching.onBytes(chunk.length)
      if (size > fetching.maxBytes)
        throw refused(
          source.url,
          `is larger than the ${formatBytes(fetching.maxBytes)} that a build may take`,
        )
      if (fetching.clock() >= fetching.deadline) throw refused(source.url, 'takes longer than a build may')
      for (const { hash } of hashes) hash.update(chunk)
      await file.writeFile(chunk)
    }
    return new Map(hashes.map(({ kind, hash }) => [kind, hash.digest('hex')]))
  } finally {
    clearTimeout(timer)
    stall.abort()
    await file.close()
  }
}

/** Follows redirects itself: each hop is held against the same rules as the address. */
async function request(start: URL, signal: AbortSignal, fetching: FileFetching): Promise<Response> {
  let url = start
  for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
    // What was summed is what is sent: no compression on the way.
    const headers = { accept: '*/*', 'accept-encoding': 'identity' }
    const response = await fetching.fetch(url, { redirect: 'manual', headers, signal })
    const location = response.headers.get('location')
    const redirects = response.status >= 300 && response.status < 400 && location !== null
    if (!redirects) {
      if (response.status === 200) return response
      await response.body?.cancel()
      if (response.status >= 500 || response.status === 429) throw new Error(`HTTP ${response.status}`)
      throw refused(url, `answered HTTP ${response.status}`)
    }
    await response.body?.cancel()
    if (!URL.canParse(location, url.href)) throw refused(url, 'redirects to something that is no address')
    url = new URL(location, url)
    const refusal = refuseAddress(url, fetching.rules)
    if (refusal !== null) throw refused(start, `redirects to an address that ${refusal}`)
  }
  throw refused(start, `redirects more than ${MAX_REDIRECTS} times`)
}

function assertSums({ sums, url }: FileSource, found: ReadonlyMap<SumKind, string>): void {
  for (const [kind, expected] of sums) {
    if (found.get(kind) === expected) continue
    throw new RbeeError(
      'digest_mismatch',
      `${url.href} is not what the PKGBUILD names: its ${kind} sum differs`,
      {
        next: 'nothing of it was used; tell the author of the worker',
        details: { expected, found: found.get(kind) },
      },
    )
  }
}

function refused(url: URL, why: string): RbeeError {
  return new RbeeError('source_unreachable', `${url.href} ${why}`, {
    next: 'tell the author of the worker; nothing was changed',
  })
}

function unreachable(url: URL, why: string, cause: unknown): RbeeError {
  return new RbeeError('source_unreachable', `${url.href} cannot be fetched: ${why}`, {
    next: 'check the network and run the command again; nothing was changed',
    cause,
  })
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? error.cause.message || error.message : error.message
}

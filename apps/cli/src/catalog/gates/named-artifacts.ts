import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ArchiveDocument, RbeeError, type ReleaseDocument, sha256Of } from '@rbee/schema'
import type { GateSubject, Reason } from './gate-result.ts'
import type { NamedSource } from './read-generated.ts'

const TIMEOUT_MS = 30_000
const ATTEMPTS = 3
const PAUSE_MS = 500
/** Addresses that are remembered, so that files of one release do not ask for the same archive again. */
const REMEMBERED = 10_000
const BLOB = /\/v1\/blobs\/sha256\/([0-9a-f]{64})$/

/** What a server says of an address. */
type Head =
  | { readonly kind: 'there'; readonly size: number | null; readonly sha256: string | null }
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'silent'; readonly message: string }

/**
 * Compares what files name with what releases hold and servers have.
 *
 * Fails with `registry_unreachable` when the registry itself does not answer any more, and with the signal's reason.
 */
export class NamedArtifacts {
  readonly #fetch: typeof fetch
  readonly #signal: AbortSignal
  readonly #download: boolean
  readonly #heads = new Map<string, Promise<Head>>()

  /** @param options.download whether the bytes are fetched and hashed, rather than asked about. */
  constructor(options: {
    readonly fetch: typeof fetch
    readonly signal: AbortSignal
    readonly download: boolean
  }) {
    this.#fetch = options.fetch
    this.#signal = options.signal
    this.#download = options.download
  }

  /** @returns what is wrong with a download that a file of this release names. */
  async check(source: NamedSource, { release, origin, served }: GateSubject): Promise<readonly Reason[]> {
    const archive = archiveAt(release, source.url, origin)
    if (archive === null) {
      return [wrong('artifact_not_stored', `${source.url} is not among the archives of the release`)]
    }
    const sums = sumProblems(source, archive)
    if (!served) return sums
    const head = await this.#head(source.url, archive.size)
    if (head.kind === 'silent' && source.url.startsWith(`${origin}/`)) {
      throw new RbeeError('registry_unreachable', `${origin} does not answer any more (${head.message})`, {
        next: 'try again when it does',
      })
    }
    return [...sums, ...answerProblems(head, source.url, archive, release)]
  }

  #head(url: string, size: number): Promise<Head> {
    const known = this.#heads.get(url)
    if (known !== undefined) return known
    if (this.#heads.size >= REMEMBERED) this.#heads.clear()
    const asked = this.#download ? this.#fetchWhole(url, size) : this.#ask(url)
    this.#heads.set(url, asked)
    return asked
  }

  async #ask(url: string): Promise<Head> {
    const signal = AbortSignal.any([this.#signal, AbortSignal.timeout(TIMEOUT_MS)])
    const response = await this.#answer(url, { method: 'HEAD', signal })
    if ('kind' in response) return response
    const length = response.headers.get('content-length')
    // The registry's tag of an archive is its sum; other servers' tags are anything.
    const etag = BLOB.test(url) ? response.headers.get('etag') : null
    const [, sha256 = null] = /^"([0-9a-f]{64})"$/.exec(etag ?? '') ?? []
    return { kind: 'there', size: length === null ? null : Number(length), sha256 }
  }

  /** @param size what the release says; a server that sends more is cut off there. */
  async #fetchWhole(url: string, size: number): Promise<Head> {
    const response = await this.#answer(url, { signal: this.#signal })
    if ('kind' in response) return response
    const hash = createHash('sha256')
    let received = 0
    try {
      for await (const chunk of response.body ?? []) {
        received += chunk.length
        if (received > size) break
        hash.update(chunk)
      }
    } catch (error) {
      return this.#silence(error)
    }
    return { kind: 'there', size: received, sha256: hash.digest('hex') }
  }

  /** What passes, a server that is overloaded or a line that breaks, is asked again. */
  async #answer(url: string, init: RequestInit): Promise<Response | Head> {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.#answerOnce(url, init)
      if (!('kind' in answer) || answer.kind !== 'silent' || attempt === ATTEMPTS) return answer
      await sleep(PAUSE_MS * attempt, undefined, { signal: this.#signal })
    }
  }

  async #answerOnce(url: string, init: RequestInit): Promise<Response | Head> {
    try {
      const response = await this.#fetch(url, { ...init, headers: { 'accept-encoding': 'identity' } })
      if (response.ok) return response
      await response.body?.cancel()
      const { status } = response
      if (status === 429 || status >= 500) return { kind: 'silent', message: `it answers with ${status}` }
      return { kind: 'refused', status }
    } catch (error) {
      return this.#silence(error)
    }
  }

  #silence(error: unknown): Head {
    this.#signal.throwIfAborted()
    if (!(error instanceof Error)) throw error
    const { cause } = error
    return { kind: 'silent', message: cause instanceof Error ? cause.message : error.message }
  }
}

/** The archive of the release that lies at an address. */
function archiveAt(release: ReleaseDocument, url: string, origin: string): ArchiveDocument | null {
  const absolute = ({ download_url: to }: ArchiveDocument) => (to.startsWith('/') ? origin + to : to)
  const archives = release.variants.flatMap(({ artifacts }) =>
    artifacts.flatMap((artifact) => artifact.archives),
  )
  return archives.find((archive) => absolute(archive) === url) ?? null
}

/** Whether the file, the release and the address speak of the same bytes. */
function sumProblems({ url, sha256 }: NamedSource, archive: ArchiveDocument): Reason[] {
  const sum = sha256Of(archive.checksum)
  const [, named = sum] = BLOB.exec(url) ?? []
  return [
    ...(sha256 === sum
      ? []
      : [
          wrong('digest_mismatch', `the sum of ${url} is ${sha256 ?? 'not stated'}, the release says ${sum}`),
        ]),
    ...(named === sum ? [] : [wrong('digest_mismatch', `${url} names other bytes than its sum ${sum}`)]),
  ]
}

function answerProblems(
  head: Head,
  url: string,
  archive: ArchiveDocument,
  release: ReleaseDocument,
): Reason[] {
  switch (head.kind) {
    case 'silent':
      return [wrong('artifact_not_stored', `${url} cannot be reached (${head.message})`)]
    case 'refused': {
      // Without a licence nobody may look.
      const isGuarded = release.distribution.requires_license && [401, 402, 403].includes(head.status)
      return isGuarded ? [] : [wrong('artifact_not_stored', `${url} is answered with ${head.status}`)]
    }
    case 'there': {
      const sum = sha256Of(archive.checksum)
      return [
        ...(head.size === null || head.size === archive.size
          ? []
          : [wrong('size_mismatch', `${url} has ${head.size} bytes, the release says ${archive.size}`)]),
        ...(head.sha256 === null || head.sha256 === sum
          ? []
          : [wrong('digest_mismatch', `${url} holds ${head.sha256}, the release says ${sum}`)]),
      ]
    }
  }
}

const wrong = (code: Reason['code'], message: string): Reason => ({ code, message, next: NEXT[code] ?? null })

const NEXT: Partial<Record<Reason['code'], string>> = {
  artifact_not_stored:
    'restore the archive from a backup: rbee-catalog restore; or let its author publish another version',
  digest_mismatch:
    'the documents of the worker were changed by hand, or by a mirror: restore them, or publish another version',
  size_mismatch: 'the archive is not the one that was published: restore it from a backup',
}

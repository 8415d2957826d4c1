import { createHash } from 'node:crypto'
import { RbeeError } from '@rbee/schema'
import type { FetchBytes } from '../../registry/fetch-bytes.ts'
import type { RegistryAnswers } from '../../registry/registry-answers.ts'
import type { BundledFile } from './bundle-index.ts'
import type { Bundle } from './open-bundle.ts'

/** Documents are read whole, archives are not. */
const DOCUMENT_MAX_BYTES = 32 * 2 ** 20

/** What the registry of a bundle answered, out of the bundle; what is not there, it answers not to have. */
export function bundleAnswers(bundle: Bundle, asOf: number): RegistryAnswers {
  const { registry } = bundle.index
  const find = (address: string | URL) => {
    const { href } = new URL(address)
    return href.startsWith(`${registry}/`) ? bundle.find(href.slice(registry.length)) : null
  }
  const answer: typeof fetch = async (input, init) => {
    init?.signal?.throwIfAborted()
    const isRead = (init?.method ?? 'GET') === 'GET'
    const address = input instanceof Request ? input.url : input
    const file = isRead ? find(address) : null
    if (file === null || file.size > DOCUMENT_MAX_BYTES) return missing(address)
    return new Response(await document(bundle, file), { headers: { 'content-type': 'application/json' } })
  }
  const fetchBytes: FetchBytes = async (url, { headers, signal }) => {
    signal.throwIfAborted()
    const file = find(url)
    if (file === null) throw lacks(bundle)
    return partOf(bundle, file, headers.range)
  }
  return { fetch: answer, fetchBytes, asOf }
}

/** Compared again: the file may have been changed since it was opened. */
async function document(bundle: Bundle, file: BundledFile): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = []
  for await (const piece of bundle.read(file, 0, file.size)) pieces.push(piece)
  const bytes = new Uint8Array(Buffer.concat(pieces))
  if (createHash('sha256').update(bytes).digest('hex') === file.sha256) return bytes
  throw new RbeeError('bundle_invalid', `${bundle.path} is being changed while it is read`, {
    next: 'nothing was changed; try again when it is written',
  })
}

function missing(address: string | URL): Response {
  const problem = {
    type: 'about:blank',
    title: 'Release not found',
    status: 404,
    code: 'release_not_found',
    detail: `the bundle holds nothing of ${new URL(address).pathname}`,
  }
  return new Response(JSON.stringify(problem), {
    status: 404,
    headers: { 'content-type': 'application/problem+json' },
  })
}

function partOf(bundle: Bundle, file: BundledFile, range: string | undefined) {
  const asked = range === undefined ? null : /^bytes=(\d+)-(\d*)$/.exec(range)
  const start = Number(asked?.[1] ?? 0)
  const last = asked?.[2] ? Number(asked[2]) : file.size - 1
  const end = Math.min(file.size, last + 1)
  const fields = new Map([
    ['content-length', String(end - start)],
    ['content-range', `bytes ${start}-${end - 1}/${file.size}`],
  ])
  return {
    status: asked === null ? 200 : 206,
    headers: { get: (name: string) => fields.get(name) ?? null },
    body: bundle.read(file, start, end),
  }
}

function lacks({ path, index }: Bundle): RbeeError {
  const builds = index.workers
    .map(
      ({ worker, builds: of }) =>
        `${worker}: ${of.map((one) => `${one.variant} for ${one.platform}`).join(', ')}`,
    )
    .join('; ')
  return new RbeeError(
    'bundle_incomplete',
    `${path} has no archive of the build that fits this host; it has ${builds}`,
    {
      next: 'make one for this host: rbee-hive detect --json > host.json here, then rbee-hive bundle create WORKER --host-profile host.json -o FILE',
    },
  )
}

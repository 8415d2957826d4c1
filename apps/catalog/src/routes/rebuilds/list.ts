import { parseEnvelope } from '@rbee/provenance'
import { type CatalogReader, type RebuildList, rebuildListSchema } from '@rbee/registry'
import { RbeeError, type Rebuild, type Rebuilds, rebuildsSchema, type WorkerId } from '@rbee/schema'
import { z } from 'zod'
import type { Endpoint } from '../../endpoint.ts'
import { JSON_TYPE, taggedAnswer } from '../../http/answer.ts'
import {
  ADDRESS,
  CURSOR,
  type Parameter,
  pathParameter,
  queryParameter,
  VERSION,
} from '../../http/parameters.ts'
import { releaseNotFound } from '../releases/addressed.ts'
import { addressedWorker } from '../workers/addressed.ts'

const DEFAULT_LIMIT = 20
/** Each brings an envelope, which is a document of its own. */
const LIMIT = {
  name: 'limit',
  in: 'query',
  schema: z
    .string()
    .regex(/^(?:[1-9]|[1-4]\d|50)$/, 'must be a number from 1 to 50')
    .transform(Number),
  code: 'invalid_limit',
  description: 'Attestations per page',
  shape: { type: 'integer', minimum: 1, maximum: 50, default: DEFAULT_LIMIT },
} satisfies Parameter

export const listRebuilds: Endpoint = {
  operation: {
    id: 'listRebuilds',
    tag: 'Trust',
    summary: 'List who built a release once more, and what came of it',
    description:
      'Newest first, with what each of them signed. `standing` says which count in the document of the release. Follow `next_cursor` until it is null.',
    parameters: [ADDRESS, VERSION, LIMIT, CURSOR],
    answers: [{ status: 200, description: 'One page of attestations', content: { schema: rebuildsSchema } }],
    rateLimit: 'detail',
    errors: [
      'invalid_id',
      'invalid_version',
      'invalid_limit',
      'invalid_cursor',
      'worker_not_found',
      'release_not_found',
    ],
  },
  dependsOn: 'documents',
  async handle(context, { reader, ...services }) {
    const version = pathParameter(context, VERSION)
    const limit = queryParameter(context, LIMIT) ?? DEFAULT_LIMIT
    const before = readCursor(queryParameter(context, CURSOR))
    const { worker } = await addressedWorker(context, { reader, ...services })
    const list = await readList(reader, worker, version)
    const rest = list.rebuilds.filter(({ id }) => before === null || id < before)
    const page = rest.slice(0, limit)
    const answer: Rebuilds = {
      ...{ worker, version },
      rebuilds: await Promise.all(page.map((row) => withEnvelope(reader, row))),
      total: list.rebuilds.length,
      next_cursor: rest.length > page.length ? String(page.at(-1)?.id) : null,
    }
    return taggedAnswer(JSON.stringify(answer), JSON_TYPE)
  },
}

/** The number of the last attestation of the page before. */
function readCursor(text: string | null): number | null {
  if (text === null) return null
  if (/^[1-9]\d{0,15}$/.test(text)) return Number(text)
  throw new RbeeError('invalid_cursor', 'The cursor is not one of this list', {
    next: 'start again without a cursor',
  })
}

async function readList(
  reader: CatalogReader,
  worker: WorkerId,
  version: RebuildList['version'],
): Promise<RebuildList> {
  const document = await reader.document({ kind: 'rebuilds', id: worker, version })
  if (document) return rebuildListSchema.parse(JSON.parse(new TextDecoder().decode(document.body)))
  if ((await reader.document({ kind: 'release', id: worker, version })) === null)
    throw releaseNotFound(worker, version)
  return { worker, version, rebuilds: [] }
}

async function withEnvelope(
  reader: CatalogReader,
  { id, sha256, ...row }: RebuildList['rebuilds'][number],
): Promise<Rebuild> {
  const document = await reader.document({ kind: 'provenance', sha256 })
  if (document) return { ...row, envelope: parseEnvelope(document.body) }
  throw new Error(`the envelope of attestation ${id} is gone`)
}

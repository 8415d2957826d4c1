import {
  type CatalogSyncReport,
  catalogSyncInputSchema,
  catalogSyncReportSchema,
  RbeeError,
} from '@rbee/schema'
import type { CatalogSync } from '../../catalog-sync.ts'
import type { GuardedEndpoint } from '../../endpoint.ts'
import { jsonAnswer } from '../../http/answer.ts'
import { readOptionalJson } from '../../http/json-body.ts'
import { queryParameter, WAIT } from '../../http/parameters.ts'
import type { Services } from '../../services.ts'
import { knownName } from './status.ts'

const BODY = { schema: catalogSyncInputSchema, maxBytes: 4 * 2 ** 10, optional: true } as const
/** Shorter than the patience of common proxies. */
const DEFAULT_WAIT_SECONDS = 30
const RUNNING: CatalogSyncReport = { status: 'running', changed: false, catalogs: [], failed: [] }

export const syncCatalogs: GuardedEndpoint = {
  scope: 'operator',
  operation: {
    id: 'syncCatalogs',
    tag: 'Catalogs',
    summary: "Read the server's catalogs again",
    description:
      'Answers when it is done. Calls that arrive during a sync share the next one. A catalog that cannot be read is named in `failed`, and what it brought before is served on.',
    parameters: [WAIT],
    body: BODY,
    answers: [
      { status: 200, description: 'What came of it', content: { schema: catalogSyncReportSchema } },
      { status: 202, description: 'It takes longer', content: { schema: catalogSyncReportSchema } },
    ],
    errors: ['bad_request', 'catalog_not_found', 'sync_elsewhere', 'not_ready'],
  },
  async handle(context, services) {
    const { catalog, force } = await readOptionalJson(context, BODY)
    const seconds = queryParameter(context, WAIT) ?? DEFAULT_WAIT_SECONDS
    const reading = ownCatalogs(services).request({
      catalogs: catalog === undefined ? null : [await knownName(services, catalog)],
      force,
    })
    const report = await withinSeconds(reading, seconds)
    if (report !== null) return jsonAnswer(report)
    return jsonAnswer(RUNNING, 202, { Location: '/v1/catalog/status' })
  },
}

/** What reads the server's own catalogs; fails with `sync_elsewhere` where it has none. */
export function ownCatalogs({ catalogSync }: Services): CatalogSync {
  if (catalogSync !== null) return catalogSync
  throw new RbeeError('sync_elsewhere', 'This server has no Git and reads no catalogs itself', {
    next: 'read them where there is Git, for example in CI: rbee-catalog sync --catalog PATH_OR_URL --registry URL',
  })
}

/** Null when the time is up; the work goes on. */
async function withinSeconds<Value>(work: Promise<Value>, seconds: number): Promise<Value | null> {
  const { promise, resolve } = Promise.withResolvers<null>()
  const timer = setTimeout(resolve, seconds * 1000, null)
  try {
    return await Promise.race([work, promise])
  } finally {
    clearTimeout(timer)
  }
}

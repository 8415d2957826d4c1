import { errorCodeSchema, RbeeError } from '@rbee/schema'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createClient, type RegistryClient } from './client.ts'

/** Every call, with arguments that do not matter. */
const CALLS: Readonly<Record<string, (client: RegistryClient) => Promise<unknown>>> = {
  getWorker: (client) => client.getWorker('x'),
  listVersions: (client) => client.listVersions('x'),
  getRelease: (client) => client.getRelease('x', 'latest'),
  listWorkers: (client) => client.listWorkers(),
  catalogStatus: (client) => client.catalogStatus(),
  uploadState: (client) => client.uploadState('x'),
  completeUpload: (client) => client.completeUpload('x'),
  abandonUpload: (client) => client.abandonUpload('x'),
  addSyncEntries: (client) => client.addSyncEntries('x', []),
  finishSync: (client) => client.finishSync('x', []),
  dropCatalog: (client) => client.dropCatalog('x'),
  currentToken: (client) => client.currentToken(),
  createToken: (client) => client.createToken({ scope: 'publish' }),
  revokeToken: (client) => client.revokeToken('x'),
}

const problem = fc.record(
  {
    type: fc.string(),
    title: fc.oneof(fc.string(), fc.jsonValue()),
    status: fc.oneof(fc.nat(), fc.jsonValue()),
    detail: fc.oneof(fc.string({ unit: 'binary' }), fc.jsonValue()),
    code: fc.constantFrom('not_found', 'internal', 'token_invalid', 'nonsense', '__proto__', 'toString', 1),
    error: fc.string(),
    next: fc.oneof(fc.string(), fc.jsonValue()),
    ['__proto__']: fc.jsonValue(),
  },
  { requiredKeys: [] },
)
const body = fc.oneof(
  fc.json(),
  fc.string({ unit: 'binary' }),
  problem.map((value) => JSON.stringify(value)),
  fc
    .jsonValue()
    .map((value) => JSON.stringify({ workers: value, catalogs: value, versions: [value], token: value })),
)
// 429 and 5xx are asked again after pauses.
const answer = fc.record({
  status: fc.constantFrom(200, 200, 201, 204, 301, 304, 400, 401, 404, 418, 499),
  type: fc.constantFrom('application/json', 'application/problem+json', 'text/html', '', 'nonsense'),
  location: fc.option(fc.oneof(fc.webUrl(), fc.string({ unit: fc.constantFrom(...'/:[]a%. ') })), {
    nil: undefined,
  }),
  body,
})

describe('a registry that lies', () => {
  it.each(Object.entries(CALLS))(
    'gets %s to give what its schema says, or to end in a code',
    async (_name, call) => {
      await fc.assert(
        fc.asyncProperty(answer, async ({ status, type, location, body: text }) => {
          const headers = new Headers({
            'content-type': type,
            ...(location === undefined ? {} : { location }),
          })
          const hasBody = ![204, 304].includes(status)
          const client = createClient({
            registry: 'http://registry.test',
            fetch: async () => new Response(hasBody ? text : null, { status, headers }),
          })
          try {
            await call(client)
            expect(status).toBeLessThan(300)
          } catch (error) {
            if (!(error instanceof RbeeError)) throw error
            expect(errorCodeSchema.options).toContain(error.code)
          }
        }),
        { numRuns: 150 },
      )
    },
  )
})

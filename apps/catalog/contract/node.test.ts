import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startIdentityProvider } from '@rbee/testing/oidc'
import { startServer } from '../src/entry/node.ts'
import { catalogContract } from './catalog-contract.ts'

/** Counting downloads runs beside the requests, in its own time. */
const OF_STATISTICS = /download_marks|downloads_by|release_artifacts/

catalogContract('Node with SQLite and files', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'rbee-catalog-'))
  const operatorToken = `rbee_op_${randomBytes(32).toString('base64url')}`
  const webhookSecret = randomBytes(16).toString('hex')
  const provider = await startIdentityProvider()
  let queries = 0
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    dataDir,
    operatorToken,
    githubWebhookSecret: webhookSecret,
    log: { info: () => {}, error: console.error },
    clock: Date.now,
    randomBytes,
    oidcIssuers: [provider.issuer],
    onQuery: (sql) => {
      if (!OF_STATISTICS.test(sql)) queries += 1
    },
  })
  return {
    operatorToken,
    webhookSecret,
    identityIssuer: provider.issuer,
    audience: server.url,
    identityOf: async (claims) => provider.token(server.url, claims),
    fetch: (path, init) => fetch(server.url + path, init),
    queries: () => queries,
    async close() {
      await server.close()
      await provider.close()
      await rm(dataDir, { recursive: true })
    },
  }
})

import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startIdentityProvider } from '@rbee/testing/oidc'
import { startServer } from '../src/entry/node.ts'
import { catalogContract } from './catalog-contract.ts'

/** Counting downloads and what changes of owner wait for run beside the requests, in their own time. */
const BESIDE = /download_marks|downloads_by|release_artifacts|transfers|mails/

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
    transferRules: { waitMs: 0 },
    oidcIssuers: [provider.issuer],
    onQuery: (sql) => {
      if (!BESIDE.test(sql)) queries += 1
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
    async mails() {
      const names = await readdir(join(dataDir, 'mail'))
      return Promise.all(names.map((name) => readFile(join(dataDir, 'mail', name), 'utf8')))
    },
    async passTime() {
      await server.registry.sendMails()
      await server.registry.completeTransfers()
      await server.registry.sendMails()
    },
    async close() {
      await server.close()
      await provider.close()
      await rm(dataDir, { recursive: true })
    },
  }
})

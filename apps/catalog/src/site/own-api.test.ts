import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CatalogReader } from '@rbee/registry'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CatalogApp, createApp } from '../app.ts'
import { type RunningServer, startServer } from '../entry/node.ts'
import { ownExchange } from './own-api.ts'

let dataDir = ''
let server: RunningServer
const told: string[] = []
const log = { info: () => {}, error: (_fields: object, message: string) => void told.push(message) }

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'rbee-own-api-'))
  server = await startServer({ host: '127.0.0.1', port: 0, dataDir, log, clock: Date.now, randomBytes })
})
afterAll(async () => {
  await server.close()
  await rm(dataDir, { recursive: true })
})

/** The app of the server, which reads documents in its own way. */
function appReading(document: CatalogReader['document']): CatalogApp {
  return createApp({
    registry: server.registry,
    reader: { ...server.reader, document },
    search: server.search,
    archiveLinks: null,
    settings: {
      publicUrl: 'https://catalog.test',
      allowedOrigins: [],
      version: '1.0.0',
      githubWebhookSecret: null,
      reportTo: null,
    },
    ensurePrograms: async () => {},
    catalogSync: null,
    exchangeOf: ({ req }) => ownExchange(req.raw),
    countRequest: null,
    countDownload: null,
    keptAnswers: null,
    compress: null,
    packageRepositories: null,
    sourceRepositories: null,
    metadata: { repository: { adopt: async () => {}, status: async () => null }, takesRoots: false },
    metrics: { readers: 'off', instead: '' },
    isStopping: () => false,
    log,
  })
}

describe('what a page asks the server itself', () => {
  it('is not told to the log where the page can say in its own words that it is missing', async () => {
    const app = appReading(async (key) => (key.kind === 'revocations' ? null : server.reader.document(key)))
    const page = await app.fetch(new Request('https://catalog.test/trust'))
    expect(page.status).toBe(200)
    expect(await page.text()).toContain('The first list is not issued yet')
    expect(told.splice(0)).toEqual([])
  })

  it('is told to the log where it is a defect', async () => {
    const app = appReading(async () => {
      throw new TypeError('a defect')
    })
    const page = await app.fetch(new Request('https://catalog.test/trust'))
    expect(page.status).toBeGreaterThanOrEqual(500)
    expect(told.splice(0)).toContain('Something went wrong in the server')
  })
})

import { applyD1Migrations } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import type { D1Database } from '@cloudflare/workers-types'
import { newLicenseKey } from '@rbee/licences'
import { newSignerKey } from '@rbee/transparency-log'
import { inject } from 'vitest'
import { z } from 'zod'
import worker from '../src/entry/cloudflare.ts'
import { catalogContract } from './catalog-contract.ts'
import { signingKeys } from './signing-keys.ts'

const PUBLIC_URL = 'https://catalog.test'

catalogContract('workerd with D1 and R2', async () => {
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS)
  const operatorToken = `rbee_op_${crypto.randomUUID()}`
  const webhookSecret = crypto.randomUUID()
  const keys = signingKeys((length) => crypto.getRandomValues(new Uint8Array(length)))
  const identityIssuer = inject('identityIssuer')
  let queries = 0
  const counted: Pick<D1Database, 'prepare' | 'batch'> = {
    prepare(sql) {
      queries += 1
      return env.DB.prepare(sql)
    },
    batch: (statements) => env.DB.batch(statements),
  }
  /** Brings each message at once; what it runs beside the requests is not counted as theirs. */
  const queue: Pick<Queue, 'send'> = {
    async send(body) {
      await worker.queue({ messages: [{ body }] }, consumer)
      return { metadata: { metrics: { backlogCount: 0, backlogBytes: 0 } } }
    },
  }
  const bindings = {
    DOWNLOADS: queue as Queue,
    DB: counted as D1Database,
    BUCKET: env.BUCKET,
    RBEE_PUBLIC_URL: PUBLIC_URL,
    RBEE_OIDC_ISSUERS: identityIssuer,
    RBEE_OPERATOR_TOKEN: operatorToken,
    RBEE_GITHUB_WEBHOOK_SECRET: webhookSecret,
    RBEE_SIGNING_KEY: keys.secret,
    RBEE_TRANSFER_WAIT: '0',
    RBEE_LICENSE_SIGNING_KEY: newLicenseKey(crypto.getRandomValues(new Uint8Array(32))),
    RBEE_LOG_KEY: newSignerKey('log.test', crypto.getRandomValues(new Uint8Array(32))),
  }
  const consumer: Env = { ...bindings, DB: env.DB }
  const published = await worker.fetch(
    requestOf('/v1/tuf/root', {
      method: 'PUT',
      headers: { authorization: `Bearer ${operatorToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(keys.first),
    }),
    bindings,
  )
  if (!published.ok) throw new Error(await published.text())
  return {
    operatorToken,
    webhookSecret,
    identityIssuer,
    audience: PUBLIC_URL,
    async identityOf(claims) {
      const asked = `${identityIssuer}/sign?audience=${encodeURIComponent(PUBLIC_URL)}`
      const answer = await fetch(asked, { method: 'POST', body: JSON.stringify(claims) })
      return z.object({ value: z.string() }).parse(await answer.json()).value
    },
    fetch: (path, init) => worker.fetch(requestOf(path, init), bindings),
    queries: () => queries,
    async mails() {
      const { objects } = await env.BUCKET.list({ prefix: 'mail/' })
      const bodies = await Promise.all(objects.map(({ key }) => env.BUCKET.get(key)))
      return Promise.all(bodies.map((body) => body?.text() ?? ''))
    },
    passTime: () => worker.scheduled({}, consumer),
    close: async () => {},
  }
})

/** A request as it would come over HTTP, where a body of known size states its length. */
function requestOf(path: string, init: RequestInit = {}): Request {
  const { body } = init
  const headers = new Headers(init.headers)
  if (typeof body === 'string') headers.set('content-length', String(new TextEncoder().encode(body).length))
  if (body instanceof Uint8Array) headers.set('content-length', String(body.length))
  return new Request(`http://catalog.test${path}`, { ...init, headers })
}

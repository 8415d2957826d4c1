import { applyD1Migrations } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import type { D1Database } from '@cloudflare/workers-types'
import { newLicenseKey } from '@rbee/licences'
import { downloadSchema, licenseAnswerSchema } from '@rbee/schema'
import { aManifest, aReleaseInput, artifactOf, packedArchive } from '@rbee/testing'
import { newSignerKey } from '@rbee/transparency-log'
import { expect, inject, it } from 'vitest'
import { z } from 'zod'
import worker from '../src/entry/cloudflare.ts'
import { catalogContract } from './catalog-contract.ts'
import { createToken, publish, sendArchive } from './sample-workers.ts'
import { signingKeys } from './signing-keys.ts'
import { expectJson, expectProblem, type Subject, send } from './subject.ts'

const PUBLIC_URL = 'https://catalog.test'
/** The Worker of the contract, for what is asked of it beyond that. */
let opened: { readonly bindings: Env; readonly subject: Subject } | null = null

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
  const subject = {
    operatorToken,
    webhookSecret,
    identityIssuer,
    audience: PUBLIC_URL,
    async identityOf(claims: Readonly<Record<string, unknown>>) {
      const asked = `${identityIssuer}/sign?audience=${encodeURIComponent(PUBLIC_URL)}`
      const answer = await fetch(asked, { method: 'POST', body: JSON.stringify(claims) })
      return z.object({ value: z.string() }).parse(await answer.json()).value
    },
    fetch: (path: string, init?: RequestInit) => worker.fetch(requestOf(path, init), bindings),
    queries: () => queries,
    async mails() {
      const { objects } = await env.BUCKET.list({ prefix: 'mail/' })
      const bodies = await Promise.all(objects.map(({ key }) => env.BUCKET.get(key)))
      return Promise.all(bodies.map((body) => body?.text() ?? ''))
    },
    passTime: () => worker.scheduled({}, consumer),
    close: async () => {},
  }
  opened = { bindings: consumer, subject }
  return subject
})

it('leads who bought a worker to R2, with a link that it signs, where it has a key', async () => {
  if (opened === null) throw new Error('The contract did not open the Worker')
  const bindings = {
    ...opened.bindings,
    RBEE_R2_URL: 'https://account.r2.cloudflarestorage.com/rbee-workers',
    RBEE_R2_ACCESS_KEY_ID: 'key-id',
    RBEE_R2_SECRET_ACCESS_KEY: 'hunter2',
  }
  const subject: Subject = {
    ...opened.subject,
    fetch: (path, init) => worker.fetch(requestOf(path, init), bindings),
  }
  const archive = await packedArchive({ 'bin/linked-worker': 'linked' }, 'tar.gz')
  const publishToken = await createToken(subject, { scope: 'publish' })
  await sendArchive(subject, publishToken, archive)
  const pricing = { model: 'one-time', purchase_url: 'https://shop.example/' } as const
  const manifest = aManifest({ id: 'linked-worker', license: 'Proprietary', pricing })
  await publish(subject, publishToken, aReleaseInput({ manifest, artifacts: [artifactOf([archive])] }))
  const issued = await send(subject, 'POST', '/v1/licenses', {
    token: subject.operatorToken,
    json: { customer: 'ACME', workers: ['linked-worker'] },
  })
  const { token } = await expectJson(issued, 201, licenseAnswerSchema)

  const download = '/v1/workers/linked-worker/1.0.0/download?platform=linux-x86_64'
  await expectProblem(await send(subject, 'GET', download), 403, 'license_required')
  const answer = await expectJson(await send(subject, 'GET', download, { token }), 200, downloadSchema)
  const redirect = await send(subject, 'GET', `/v1/blobs/sha256/${archive.sha256}`, { token })
  expect(redirect.status).toBe(302)
  for (const [address, seconds] of [
    [answer.download_url, '3600'],
    [redirect.headers.get('location') ?? '', '300'],
  ] as const) {
    const { origin, pathname, searchParams } = new URL(address)
    expect(origin + pathname).toBe(
      `${bindings.RBEE_R2_URL}/archives/sha256/${archive.sha256.slice(0, 2)}/${archive.sha256}`,
    )
    expect(searchParams.get('X-Amz-Expires')).toBe(seconds)
    expect(searchParams.get('X-Amz-Signature')).toMatch(/^[0-9a-f]{64}$/)
    expect(address).not.toMatch(/hunter2|rbee_lic_/)
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

import { webhookAnswerSchema } from '@rbee/schema'
import { describe, expect, it } from 'vitest'
import { expectJson, expectProblem, type Opened, type Subject } from './subject.ts'

const PATH = '/v1/webhooks/github'
const PUSH = JSON.stringify({
  ref: 'refs/heads/main',
  repository: { clone_url: 'https://github.com/rbee/workers.git', default_branch: 'main' },
})

/** Sends what GitHub would, signed with the server's secret unless `headers` say something else. */
export async function deliver(
  subject: Subject,
  event: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return subject.fetch(PATH, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-github-event': event,
      'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
      'x-hub-signature-256': await signatureOf(subject.webhookSecret, body),
      ...headers,
    },
    body,
  })
}

async function signatureOf(secret: string, body: string): Promise<string> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const encoder = new TextEncoder()
  const key = await crypto.subtle.importKey('raw', encoder.encode(secret), algorithm, false, ['sign'])
  const signature = await crypto.subtle.sign(algorithm, key, encoder.encode(body))
  return `sha256=${Array.from(new Uint8Array(signature), (byte) => byte.toString(16).padStart(2, '0')).join('')}`
}

/** The servers under test are started without catalogs of their own. */
export function webhooks(subject: Opened): void {
  describe('a delivery of a GitHub webhook', () => {
    it('that only tries the connection is answered', async () => {
      const answer = await expectJson(
        await deliver(subject(), 'ping', '{"zen":"x"}'),
        200,
        webhookAnswerSchema,
      )
      expect(answer).toEqual({ status: 'pong', catalogs: [], reason: null })
    })

    it('of an event that is not used is ignored', async () => {
      const answer = await expectJson(await deliver(subject(), 'issues', '{}'), 200, webhookAnswerSchema)
      expect(answer).toMatchObject({ status: 'ignored', reason: expect.stringContaining('"issues"') })
    })

    it('tells that a server without Git reads no catalogs', async () => {
      const problem = await expectProblem(await deliver(subject(), 'push', PUSH), 409, 'sync_elsewhere')
      expect(problem.next).toContain('rbee-catalog sync')
    })

    it.each([
      ['', 'signature_missing'],
      ['sha256=', 'signature_invalid'],
      [`sha256=${'0'.repeat(64)}`, 'signature_invalid'],
      [`sha1=${'0'.repeat(40)}`, 'signature_invalid'],
      ['sha256=é', 'signature_invalid'],
    ])('with the signature "%s" is refused', async (signature, code) => {
      const encoded = String.fromCharCode(...new TextEncoder().encode(signature))
      await expectProblem(
        await deliver(subject(), 'push', PUSH, { 'x-hub-signature-256': encoded }),
        401,
        code,
      )
    })

    it('that was changed on its way is refused before it is read', async () => {
      const signature = await signatureOf(subject().webhookSecret, PUSH)
      for (const body of [`${PUSH} `, '{', '']) {
        const response = await deliver(subject(), 'push', body, { 'x-hub-signature-256': signature })
        await expectProblem(response, 401, 'signature_invalid')
      }
      const other = await signatureOf(`${subject().webhookSecret}x`, PUSH)
      await expectProblem(
        await deliver(subject(), 'push', PUSH, { 'x-hub-signature-256': other }),
        401,
        'signature_invalid',
      )
    })

    it.each([
      ['{', 400, 'invalid_json'],
      ['', 400, 'invalid_json'],
      ['[]', 422, 'invalid_body'],
      ['{"ref":"refs/heads/main"}', 422, 'invalid_body'],
      ['{"ref":1,"repository":{}}', 422, 'invalid_body'],
    ])('whose body is no push is refused: %s', async (body, status, code) => {
      await expectProblem(await deliver(subject(), 'push', body), status, code)
    })

    it('may be a form', async () => {
      const form = { 'content-type': 'application/x-www-form-urlencoded' }
      const body = new URLSearchParams({ payload: PUSH }).toString()
      await expectProblem(await deliver(subject(), 'push', body, form), 409, 'sync_elsewhere')
      await expectProblem(await deliver(subject(), 'push', 'payload=%7B', form), 400, 'invalid_json')
      await expectProblem(await deliver(subject(), 'push', 'other=1', form), 422, 'invalid_body')
      const text = { 'content-type': 'text/plain' }
      await expectProblem(await deliver(subject(), 'push', PUSH, text), 415, 'unsupported_media_type')
    })

    it('needs the name of an event', async () => {
      await expectProblem(await deliver(subject(), 'push now', PUSH), 400, 'bad_request')
    })

    it('may not be larger than any push is', async () => {
      const body = `{"ref":"${'x'.repeat(5 * 2 ** 20)}"}`
      const problem = await expectProblem(await deliver(subject(), 'push', body), 413, 'body_too_large')
      expect(problem.max_bytes).toBe(5 * 2 ** 20)
    })
  })
}

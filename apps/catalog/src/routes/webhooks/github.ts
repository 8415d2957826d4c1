import { RbeeError, type WebhookAnswer, webhookAnswerSchema } from '@rbee/schema'
import type { Context } from 'hono'
import type { Endpoint } from '../../endpoint.ts'
import { type Answer, jsonAnswer } from '../../http/answer.ts'
import { readLimited } from '../../http/json-body.ts'
import type { Services } from '../../services.ts'
import { ownCatalogs } from '../catalog/sync.ts'
import { readPush } from './github-push.ts'
import { verifySignature } from './github-signature.ts'

/**
 * GitHub sends up to 25 MB. A push with as many commits as it lists (2,048) stays below this; anybody may send a body, and
 * it is held in memory until its signature is checked.
 */
const MAX_BYTES = 5 * 2 ** 20
/** Length of what is logged of a header field. */
const LOGGED_MAX = 100

export const githubWebhook: Endpoint = {
  operation: {
    id: 'githubWebhook',
    tag: 'Catalogs',
    summary: 'Take a delivery of a GitHub webhook',
    description:
      'A `push` to the repository and branch of a catalog schedules a sync; the answer does not wait for it. The body is JSON, or a form with the JSON in `payload`, signed in `X-Hub-Signature-256`. A delivery may arrive more than once.',
    body: { mediaType: 'application/json', description: 'The delivery', maxBytes: MAX_BYTES },
    answers: [
      { status: 200, description: 'Nothing has to be done', content: { schema: webhookAnswerSchema } },
      { status: 202, description: 'A sync is scheduled', content: { schema: webhookAnswerSchema } },
    ],
    errors: [
      'bad_request',
      'signature_missing',
      'signature_invalid',
      'webhook_not_configured',
      'sync_elsewhere',
      'body_too_large',
      'unsupported_media_type',
      'invalid_json',
      'invalid_body',
    ],
  },
  async handle(context, services) {
    const secret = services.settings.githubWebhookSecret
    if (secret === null) throw notConfigured()
    const event = eventOf(context)
    const body = await readLimited(context.req.raw, MAX_BYTES)
    await verifySignature(body, context.req.header('x-hub-signature-256'), secret)
    switch (event) {
      case 'ping':
        return answer(200, { status: 'pong', catalogs: [], reason: null })
      case 'push':
        return takePush(context, services, body)
    }
    return ignored(`deliveries of the event "${event}" are not used`)
  },
}

function takePush(context: Context, services: Services, body: Uint8Array): Answer {
  const push = readPush(body, context.req.header('content-type'))
  const sync = ownCatalogs(services)
  const catalogs = sync.concernedBy(push)
  const delivery = context.req.header('x-github-delivery')?.slice(0, LOGGED_MAX)
  services.log.info({ delivery, repository: push.repositories[0], ref: push.ref, catalogs }, 'push received')
  if (catalogs.length === 0)
    return ignored('no catalog of this server is read from this branch of the repository')
  // A delivery that is sent again costs a look at the commit; what goes wrong is told by whoever reads the catalogs.
  sync.request({ catalogs, force: false }).catch(() => {})
  return answer(202, { status: 'scheduled', catalogs: [...catalogs], reason: null })
}

function eventOf(context: Context): string {
  const event = context.req.header('x-github-event')
  if (event !== undefined && /^[a-z_]{1,100}$/.test(event)) return event
  throw new RbeeError('bad_request', 'The field X-GitHub-Event is missing or is no name of an event')
}

function ignored(reason: string): Answer {
  return answer(200, { status: 'ignored', catalogs: [], reason })
}

function answer(status: number, body: WebhookAnswer): Answer {
  return jsonAnswer(body, status)
}

function notConfigured(): RbeeError {
  return new RbeeError('webhook_not_configured', 'This server has no secret to check deliveries with', {
    next: 'set RBEE_GITHUB_WEBHOOK_SECRET to the secret of the webhook',
  })
}

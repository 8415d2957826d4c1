import { describeIssues, RbeeError } from '@rbee/schema'
import { z } from 'zod'
import type { GitPush } from '../../catalog-sync.ts'
import { parseJson } from '../../http/json-body.ts'

const address = z.string().max(2000).optional()

/** What is used of the event `push`: https://docs.github.com/en/webhooks/webhook-events-and-payloads#push */
const pushSchema = z.object({
  ref: z.string().min(1).max(1000),
  repository: z.object({
    clone_url: address,
    ssh_url: address,
    html_url: address,
  }),
})

/** Reads the body of a push: JSON, or a form whose field `payload` holds it. */
export function readPush(body: Uint8Array, contentType: string | undefined): GitPush {
  const result = pushSchema.safeParse(parseJson(jsonOf(body, contentType)))
  if (!result.success) {
    throw new RbeeError('invalid_body', `The body is no push: ${describeIssues(result.error)}`)
  }
  const { ref, repository } = result.data
  const { clone_url, ssh_url, html_url } = repository
  return {
    repositories: [clone_url, ssh_url, html_url].filter((url) => url !== undefined),
    ref,
  }
}

function jsonOf(body: Uint8Array, contentType = ''): Uint8Array {
  if (/^application\/json\s*(;|$)/i.test(contentType)) return body
  if (/^application\/x-www-form-urlencoded\s*(;|$)/i.test(contentType)) {
    const payload = new URLSearchParams(new TextDecoder().decode(body)).get('payload')
    if (payload !== null) return new TextEncoder().encode(payload)
    throw new RbeeError('invalid_body', 'The form has no field payload')
  }
  throw new RbeeError(
    'unsupported_media_type',
    'A delivery is sent as application/json or application/x-www-form-urlencoded',
  )
}

import { RbeeError, tryParseJson } from '@rbee/schema'
import { z } from 'zod'
import type { CommandContext } from '../../program/command.ts'

/** What the runner of GitHub Actions gives to jobs that may ask for identity tokens. */
export interface Runner {
  readonly url: URL
  /** A secret. */
  readonly token: string
}

/** An answer holds one token. */
const ANSWER_MAX_BYTES = 64 * 1024
const TIMEOUT_MS = 30_000

const answerSchema = z.object({ value: z.string().min(1) })

/** Whether this is a job of GitHub Actions; source: https://docs.github.com/actions/reference/variables-reference */
export function isWorkflowRun({ env }: Pick<CommandContext, 'env'>): boolean {
  return env.GITHUB_ACTIONS === 'true'
}

/**
 * The runner of this job; source: https://docs.github.com/actions/reference/openid-connect-reference. Fails with
 * `oidc_permission_missing` where the workflow was not allowed to ask it.
 */
export function runnerOf({ env }: Pick<CommandContext, 'env'>): Runner {
  const address = env.ACTIONS_ID_TOKEN_REQUEST_URL
  const token = env.ACTIONS_ID_TOKEN_REQUEST_TOKEN
  const url = address !== undefined && URL.canParse(address) ? new URL(address) : null
  if (url !== null && isSafe(url) && token) return { url, token }
  throw new RbeeError(
    'oidc_permission_missing',
    'this job may not ask for an identity token, and there is no token in RBEE_TOKEN',
    {
      next: 'give the job "permissions: id-token: write" (and "contents: read") and let the worker trust this workflow: rbee-publish trusted-publisher add WORKER --github OWNER/REPO --workflow FILE',
    },
  )
}

/** The secret of the runner goes to nobody in plain text, except on this machine itself. */
function isSafe({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', 'localhost'].includes(hostname))
}

/**
 * Asks the runner for an identity token that one registry alone accepts. Fails with `oidc_provider_unreachable` or
 * `oidc_provider_invalid`; neither token stands in a message.
 */
export async function requestIdentity(
  { url, token }: Runner,
  audience: string,
  { fetch, signal }: { readonly fetch: typeof globalThis.fetch; readonly signal: AbortSignal },
): Promise<string> {
  const asked = new URL(url)
  asked.searchParams.set('audience', audience)
  let answer: { readonly status: number; readonly text: string }
  try {
    const response = await fetch(asked.href, {
      headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      redirect: 'error',
    })
    answer = { status: response.status, text: await beginningOf(response) }
  } catch (cause) {
    signal.throwIfAborted()
    throw unreachable('it cannot be reached', cause)
  }
  if (answer.status >= 500) throw unreachable(`it answered ${answer.status}`)
  const parsed = answerSchema.safeParse(tryParseJson(answer.text))
  if (answer.status === 200 && parsed.success) return parsed.data.value
  throw new RbeeError(
    'oidc_provider_invalid',
    `the runner gave no identity token: it answered ${answer.status}`,
    { next: 'run the job again; if that does not help, look at https://www.githubstatus.com' },
  )
}

/** What is longer than one token needs is cut off, and is no JSON then. */
async function beginningOf(response: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    if (text.length > ANSWER_MAX_BYTES) break
  }
  return text
}

function unreachable(reason: string, cause?: unknown): RbeeError {
  return new RbeeError('oidc_provider_unreachable', `the runner gave no identity token: ${reason}`, {
    next: 'run the job again; if that does not help, look at https://www.githubstatus.com',
    cause,
  })
}

import { problemSchema } from '@rbee/schema'
import { expect } from 'vitest'
import type { z } from 'zod'

/** A running server, whatever its runtime. */
export interface Subject {
  /** Sends a request; `path` begins with a slash and is sent as it is written. */
  fetch(path: string, init?: RequestInit): Promise<Response>
  readonly operatorToken: string
  /** What deliveries of webhooks are signed with. */
  readonly webhookSecret: string
  /** How many statements the database was asked to run since the server started. */
  queries(): number
  close(): Promise<void>
}

/** A server that believes a provider of the test's own. */
export interface IdentitySubject extends Subject {
  /** Who signs identity tokens of workflow runs, and whom they have to be made for. */
  readonly identityIssuer: string
  readonly audience: string
  /** An identity token of a run of the workflow `publish.yml` of `acme/echo`, but for these claims. */
  identityOf(claims: Readonly<Record<string, unknown>>): Promise<string>
}

/** A server in whose changes of owner nobody has to wait. */
export interface MailSubject extends Subject {
  /** Every mail that was handed over, as it would be sent. */
  mails(): Promise<string[]>
  /** Lets the server do what it does from time to time. */
  passTime(): Promise<void>
}

/** The server under test with its sample workers; valid inside tests only. */
export type Opened = () => Subject

/** Calls the API with a token and a JSON body. */
export function send(
  subject: Subject,
  method: string,
  path: string,
  { token, json }: { token?: string; json?: unknown } = {},
): Promise<Response> {
  return subject.fetch(path, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
    },
    body: json === undefined ? undefined : JSON.stringify(json),
  })
}

/** The body of an answer that must have this status and shape. */
export async function expectJson<Schema extends z.ZodType>(
  response: Response,
  status: number,
  schema: Schema,
): Promise<z.output<Schema>> {
  const text = await response.text()
  expect(response.status, text).toBe(status)
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
  return schema.parse(JSON.parse(text))
}

/** The problem document of an answer that must be one with this status and code. */
export async function expectProblem(response: Response, status: number, code: string) {
  const text = await response.text()
  expect(response.status, text).toBe(status)
  expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
  expect(response.headers.get('cache-control')).toBe('no-store')
  const problem = problemSchema.parse(JSON.parse(text))
  expect(problem).toMatchObject({ status, code, type: `/docs/errors#${code}`, error: problem.detail })
  return problem
}

import { ERRORS, type ErrorCode, problemSchema, type TokenScope } from '@rbee/schema'
import { z } from 'zod'
import { type Operation, type RequestBody, type Success, TAGS } from '../endpoint.ts'
import type { Parameter } from '../http/parameters.ts'
import { ROUTES } from '../router.ts'
import { VERSION } from '../version.ts'
import { componentSchemas, schemaReference } from './named-schemas.ts'

/** The OpenAPI 3.1 document of all routes that are described. */
export function openApiDocument() {
  const paths: Record<string, Record<string, ReturnType<typeof describe>>> = {}
  for (const [path, endpoints] of Object.entries(ROUTES)) {
    const operations = Object.entries(endpoints).flatMap(([method, endpoint]) =>
      endpoint.operation
        ? [[method.toLowerCase(), describe(endpoint.operation, endpoint.scope, path)] as const]
        : [],
    )
    if (operations.length > 0) paths[path.replaceAll(/:(\w+)/g, '{$1}')] = Object.fromEntries(operations)
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'rbee Worker Catalog',
      version: VERSION,
      description:
        'A registry of AI inference workers. Reading needs no token. Failures are RFC 9457 problem documents with a stable `code`.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: TAGS.map((name) => ({ name })),
    paths,
    components: {
      schemas: componentSchemas(),
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          description: 'A token that begins with `rbee_pub_` (publish) or `rbee_op_` (operator)',
        },
      },
    },
  }
}

const ERRORS_OF_TOKENS: readonly ErrorCode[] = [
  'token_missing',
  'token_invalid',
  'token_expired',
  'forbidden',
]
const ERRORS_OF_JSON: readonly ErrorCode[] = [
  'invalid_json',
  'invalid_body',
  'unsupported_media_type',
  'body_too_large',
]

function describe(operation: Operation, scope: TokenScope | undefined, path: string) {
  const { id, tag, summary, description, parameters = [], body } = operation
  const names = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name)
  const stated = parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name)
  if (names.join() !== stated.join()) throw new Error(`The parameters of ${id} are not those of ${path}`)
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
    ...(parameters.length === 0 ? {} : { parameters: parameters.map(describeParameter) }),
    ...(body === undefined
      ? {}
      : { requestBody: { required: !('optional' in body), content: contentOf(body) } }),
    responses: { ...successes(answersOf(operation, scope)), ...failures(errorsOf(operation, scope)) },
    ...(scope === undefined ? {} : { security: [{ token: [] }], 'x-scope': scope }),
  }
}

function describeParameter(parameter: Parameter) {
  const { $schema: _, ...schema } = z.toJSONSchema(parameter.schema, { io: 'input' })
  return {
    name: parameter.name,
    in: parameter.in,
    required: parameter.in === 'path' || parameter.required === true,
    description: parameter.description,
    schema: parameter.shape ?? schema,
  }
}

function contentOf(content: RequestBody | NonNullable<Success['content']>) {
  if ('schema' in content) {
    const type = 'mediaType' in content ? content.mediaType : undefined
    return { [type ?? 'application/json']: { schema: schemaReference(content.schema) } }
  }
  // OpenAPI 3.1 leaves the schema of raw bytes out.
  return { [content.mediaType]: content.mediaType.startsWith('text/') ? { schema: { type: 'string' } } : {} }
}

/** Everything that is public and not about the moment has a tag. */
function hasTag(tag: Operation['tag'], scope: TokenScope | undefined): boolean {
  return scope === undefined && tag !== 'Server'
}

/** What has a tag need not be sent again to who names it. */
function answersOf({ answers, tag }: Operation, scope: TokenScope | undefined): readonly Success[] {
  if (!hasTag(tag, scope)) return answers
  return [...answers, { status: 304, description: 'Unchanged since the tag in If-None-Match' }]
}

function successes(answers: readonly Success[]) {
  return Object.fromEntries(
    answers.map(({ status, description, content }) => [
      String(status),
      { description, ...(content === undefined ? {} : { content: contentOf(content) }) },
    ]),
  )
}

/** Its own codes and those that follow from its limit, token and body, in the order of their statuses. */
function errorsOf(
  { errors, body, rateLimit, tag }: Operation,
  scope: TokenScope | undefined,
): readonly ErrorCode[] {
  const all = new Set([
    ...errors,
    ...(rateLimit === undefined ? [] : (['rate_limited'] as const)),
    ...(scope === undefined ? [] : ERRORS_OF_TOKENS),
    ...(hasTag(tag, scope) ? (['precondition_failed'] as const) : []),
    ...(body !== undefined && 'schema' in body ? ERRORS_OF_JSON : []),
  ])
  return [...all].toSorted((a, b) => ERRORS[a].status - ERRORS[b].status)
}

function failures(codes: readonly ErrorCode[]) {
  const byStatus = Map.groupBy(codes, (code) => String(ERRORS[code].status))
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => [
      status,
      {
        description: group.map((code) => `\`${code}\`: ${ERRORS[code].title}`).join('; '),
        content: { 'application/problem+json': { schema: schemaReference(problemSchema) } },
      },
    ]),
  )
}

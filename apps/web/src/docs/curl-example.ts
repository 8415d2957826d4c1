import type { OpenApiOperation } from './openapi-types.ts'

/** Values that make an example readable; a body is named instead of written out. */
const SAMPLES: Readonly<Record<string, string>> = {
  id: 'llm-worker',
  version: 'latest',
  sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  upload_id: 'UPLOAD_ID',
  part: '1',
  sync_id: 'SYNC_ID',
  token_id: 'TOKEN_ID',
  platform: 'linux-x86_64',
}

/** A command that makes this call. */
export function curlExample(
  call: { readonly method: string; readonly path: string; readonly operation: OpenApiOperation },
  registry: string,
): string {
  const { method, path, operation } = call
  const written = method !== 'get'
  const value = (name: string) => (written && name === 'version' ? '0.1.0' : (SAMPLES[name] ?? name))
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => value(name))
  const query = (operation.parameters ?? [])
    .filter((parameter) => parameter.in === 'query' && parameter.required)
    .map(({ name }) => `${name}=${value(name)}`)
  const mediaType = Object.keys(operation.requestBody?.content ?? {})[0]
  return [
    'curl',
    ...(written ? [`-X ${method.toUpperCase()}`] : []),
    ...(operation.security ? ['-H "Authorization: Bearer $RBEE_TOKEN"'] : []),
    ...bodyOptions(mediaType),
    `'${registry}${filled}${query.length === 0 ? '' : `?${query.join('&')}`}'`,
  ].join(' ')
}

function bodyOptions(mediaType: string | undefined): string[] {
  if (mediaType === undefined) return []
  const file = mediaType === 'application/json' ? 'body.json' : 'part-1.bin'
  return [`-H 'Content-Type: ${mediaType}'`, `--data-binary @${file}`]
}

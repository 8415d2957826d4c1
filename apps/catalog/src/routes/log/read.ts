import type { DocumentKey } from '@rbee/registry'
import { RbeeError } from '@rbee/schema'
import { parseTilePath } from '@rbee/transparency-log'
import type { PublicEndpoint } from '../../endpoint.ts'
import { type Answer, documentAnswer } from '../../http/answer.ts'
import type { Services } from '../../services.ts'

export const getLogCheckpoint: PublicEndpoint = {
  operation: {
    id: 'getLogCheckpoint',
    tag: 'Trust',
    summary: 'Get the signed tree head of the transparency log',
    description:
      'A checkpoint (C2SP tlog-checkpoint): name, size and root of the log, signed with Ed25519. Its tiles lie below `/v1/log/tile/` and its entries below `/v1/log/tile/entries/` (C2SP tlog-tiles).',
    answers: [{ status: 200, description: 'The checkpoint', content: { mediaType: 'text/plain' } }],
    errors: ['log_unavailable'],
  },
  dependsOn: 'documents',
  handle: (_context, services) => answer(services, { kind: 'log-checkpoint' }),
}

export const getLogKey: PublicEndpoint = {
  operation: {
    id: 'getLogKey',
    tag: 'Trust',
    summary: 'Get the key that the transparency log is signed with',
    description:
      'NAME+ID+BASE64 (C2SP signed-note). Whoever already has the key compares it: a registry that lies can show any.',
    answers: [{ status: 200, description: 'The key', content: { mediaType: 'text/plain' } }],
    errors: ['log_unavailable'],
  },
  dependsOn: 'documents',
  handle: (_context, services) => answer(services, { kind: 'log-key' }),
}

const LOG = '/v1/log/'

/** A tile of hashes or a bundle of entries. Its address has as many parts as its number has groups of digits. */
export const getLogTile: PublicEndpoint = {
  dependsOn: 'documents',
  handle(context, services) {
    const tile = parseTilePath(context.req.path.slice(LOG.length))
    if (tile === null) throw noSuchTile()
    return answer(services, { kind: 'log-tile', ...tile })
  },
}

async function answer({ reader }: Services, key: DocumentKey): Promise<Answer> {
  const document = await reader.document(key)
  if (document !== null) return documentAnswer(key.kind, document)
  if (key.kind === 'log-tile') throw noSuchTile()
  throw new RbeeError('log_unavailable', 'This server shows no transparency log', {
    next: 'its operator sets the secret RBEE_LOG_KEY, made with: rbee-catalog log key --name NAME',
  })
}

function noSuchTile(): RbeeError {
  return new RbeeError('not_found', 'The transparency log has no such tile', {
    next: 'read the size of the log at /v1/log/checkpoint; the last tile of a level ends in .p/WIDTH',
  })
}

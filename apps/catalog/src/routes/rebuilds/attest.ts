import { verdictOf } from '@rbee/provenance'
import { rebuildAttestedSchema, rebuildInputSchema } from '@rbee/schema'
import type { GuardedEndpoint } from '../../endpoint.ts'
import { jsonAnswer } from '../../http/answer.ts'
import { readJson } from '../../http/json-body.ts'
import { pathParameter, VERSION, WORKER_ID } from '../../http/parameters.ts'

/** A statement about one artifact takes about two thousand bytes. */
const BODY = { schema: rebuildInputSchema, maxBytes: 32 * 2 ** 10 }

const content = { schema: rebuildAttestedSchema }

export const attestRebuild: GuardedEndpoint = {
  scope: 'publish',
  operation: {
    id: 'attestRebuild',
    tag: 'Trust',
    summary: 'Attest what came of building a release once more',
    description:
      'One envelope about one artifact, signed by a key of the rebuilder, which nobody has to know before. For every token that was made by hand, also one that is limited to another worker. Agreement and disagreement are taken alike; a later attestation of a key takes the place of the one before. The token of the publisher may attest, and does not count.',
    parameters: [WORKER_ID, VERSION],
    body: BODY,
    answers: [
      { status: 201, description: 'It was taken', content },
      { status: 200, description: 'The key says this already', content },
    ],
    errors: [
      'invalid_id',
      'invalid_version',
      'worker_not_found',
      'release_not_found',
      'publisher_key_invalid',
      'envelope_invalid',
      'rebuild_invalid',
      'rebuild_limit',
    ],
  },
  async handle(context, { registry, log }, caller) {
    const id = pathParameter(context, WORKER_ID)
    const version = pathParameter(context, VERSION)
    const input = await readJson(context, BODY)
    const { created, statement, counts } = await registry.attestRebuild(caller, { id, version }, input)
    const verdict = verdictOf(statement)
    const facts = { worker: id, version, verdict, key: input.key.key_id, token: caller.tokenId }
    if (created) log.info(facts, 'rebuild attested')
    return jsonAnswer({ verdict, counts }, created ? 201 : 200)
  },
}

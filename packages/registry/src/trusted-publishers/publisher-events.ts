import { canonicalJson, type LogEntry, logEntrySchema, type WorkerId } from '@rbee/schema'
import { actorOf } from '../log/log-entry.ts'
import type { RegistryEvent } from '../ports/log-entries.ts'
import type { TrustedPublisherRow } from '../ports/trusted-publishers.ts'
import type { Caller } from '../registry.ts'

/** What the transparency log calls a workflow that may publish, among the keys that may. */
const ROLE = 'trusted_publisher'

/** Who changes something, and when. */
export interface Change {
  readonly caller: Caller
  readonly at: number
}

/** Everybody sees who may publish what, as with any other key: an addition that nobody expected is an attack. */
export function publisherChanged(
  change: 'added' | 'revoked',
  publisher: TrustedPublisherRow,
  { caller, at }: Change,
): RegistryEvent {
  return eventOf({
    kind: 'key_change',
    actor: actorOf(caller.tokenId),
    at: new Date(at).toISOString(),
    worker: publisher.worker,
    change,
    role: ROLE,
    keys: keysOf(publisher),
    reason: '',
  })
}

export function tokensRefusedChanged(
  worker: WorkerId,
  refused: boolean,
  { caller, at }: Change,
): RegistryEvent {
  return eventOf({
    kind: 'key_change',
    actor: actorOf(caller.tokenId),
    at: new Date(at).toISOString(),
    worker,
    change: refused ? 'revoked' : 'added',
    role: 'token',
    keys: [],
    reason: refused ? 'only trusted publishers may publish' : 'tokens may publish again',
  })
}

/** The conditions that a run has to meet, one each. */
function keysOf({
  issuer,
  repository,
  repositoryOwnerId,
  workflow,
  environment,
}: TrustedPublisherRow): string[] {
  return [
    ...(issuer.length <= 190 ? [`issuer:${issuer}`] : []),
    `repository:${repository}`,
    ...(repositoryOwnerId === null ? [] : [`repository_owner_id:${repositoryOwnerId}`]),
    `workflow:${workflow}`,
    ...(environment === null ? [] : [`environment:${environment}`]),
  ]
}

function eventOf(entry: LogEntry): RegistryEvent {
  return { name: null, body: canonicalJson(logEntrySchema.parse(entry)) }
}

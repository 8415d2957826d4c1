import { assertWorkerInScope, type ReleaseEventKind } from '@rbee/registry'
import {
  releaseDocumentSchema,
  type StandingInput,
  securityFixInputSchema,
  standingInputSchema,
} from '@rbee/schema'
import type { Context } from 'hono'
import type { z } from 'zod'
import type { GuardedEndpoint, Operation } from '../../endpoint.ts'
import { type Answer, jsonAnswer } from '../../http/answer.ts'
import { readJson } from '../../http/json-body.ts'
import { pathParameter, VERSION, WORKER_ID } from '../../http/parameters.ts'
import type { Services } from '../../services.ts'

/** A reason of 500 characters, escaped. */
const MAX_BYTES = 16 * 2 ** 10

/** Withdrawing a release: it is not chosen any more, and still there for who names its version. */
export const yankRelease = standingEndpoint('publish', 'yank', {
  id: 'yankRelease',
  summary: 'Withdraw a release',
  description:
    'It is not chosen any more, and whoever names its version still gets it. For its publisher and operators. The same again changes nothing.',
})

export const unyankRelease = standingEndpoint('publish', 'unyank', {
  id: 'unyankRelease',
  summary: 'Take back that a release was withdrawn',
  description: 'For its publisher and operators. The same again changes nothing.',
})

/** Blocking a release that harms who runs it. */
export const quarantineRelease = standingEndpoint('operator', 'quarantine', {
  id: 'quarantineRelease',
  summary: 'Block a release that may not run anywhere',
  description:
    'Its archives are not handed out any more, it is no package of any package manager, and it stands on the list at `/v1/revocations`, by which machines refuse to start it. The same again changes nothing.',
})

export const releaseFromQuarantine = standingEndpoint('operator', 'release_quarantine', {
  id: 'releaseFromQuarantine',
  summary: 'Take back that a release was blocked',
  description: 'The same again changes nothing.',
})

const FIX_BODY = { schema: securityFixInputSchema, maxBytes: MAX_BYTES }

/** A confirmed fix is installed without waiting for its age. */
export const confirmSecurityFix: GuardedEndpoint = {
  scope: 'operator',
  operation: {
    ...operation('confirmSecurityFix', 'Confirm that a release cures a security problem'),
    description:
      'Machines that prefer releases of some age take it at once. `confirmed: false` takes the confirmation back.',
    body: FIX_BODY,
  },
  handle: (context, services, caller) =>
    change(context, services, caller, FIX_BODY, ({ confirmed }) =>
      confirmed ? 'confirm_security_fix' : 'withdraw_security_fix',
    ),
}

function standingEndpoint(
  scope: 'publish' | 'operator',
  kind: ReleaseEventKind,
  { id, summary, description }: Pick<Operation, 'id' | 'summary' | 'description'>,
): GuardedEndpoint {
  const body = { schema: standingInputSchema, maxBytes: MAX_BYTES }
  return {
    scope,
    operation: { ...operation(id, summary), description, body },
    handle: (context, services, caller) => change(context, services, caller, body, () => kind),
  }
}

function operation(id: string, summary: string): Operation {
  return {
    id,
    tag: 'Publishing',
    summary,
    parameters: [WORKER_ID, VERSION],
    answers: [
      { status: 200, description: 'The release as it stands', content: { schema: releaseDocumentSchema } },
    ],
    errors: ['invalid_id', 'invalid_version', 'worker_not_found', 'release_not_found'],
  }
}

async function change<Input extends StandingInput>(
  context: Context,
  { registry, log }: Services,
  caller: Parameters<GuardedEndpoint['handle']>[2],
  body: { readonly schema: z.ZodType<Input>; readonly maxBytes: number },
  kindOf: (input: Input) => ReleaseEventKind,
): Promise<Answer> {
  const id = pathParameter(context, WORKER_ID)
  assertWorkerInScope(caller, id)
  const version = pathParameter(context, VERSION)
  const input = await readJson(context, body)
  const kind = kindOf(input)
  const { changed, release } = await registry.changeRelease(caller, {
    id,
    version,
    kind,
    reason: input.reason,
  })
  if (changed) log.info({ worker: id, version, event: kind, token: caller.tokenId }, 'release changed')
  return jsonAnswer(release)
}

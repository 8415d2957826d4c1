import {
  seatActivationSchema,
  seatAnswerSchema,
  seatListSchema,
  seatReleasedSchema,
  seatUseSchema,
} from '@rbee/schema'
import type { GuardedEndpoint, PublicEndpoint } from '../../endpoint.ts'
import { jsonAnswer } from '../../http/answer.ts'
import { readJson } from '../../http/json-body.ts'
import {
  CURSOR,
  FINGERPRINT,
  LICENSE_ID,
  LIMIT,
  pathParameter,
  queryParameter,
} from '../../http/parameters.ts'

const DEFAULT_LIMIT = 50
const MAX_BYTES = 16 * 2 ** 10
const ACTIVATION = { schema: seatActivationSchema, maxBytes: MAX_BYTES }
const USE = { schema: seatUseSchema, maxBytes: MAX_BYTES }
const LEASE = {
  status: 200,
  description: 'The seat and a lease of it',
  content: { schema: seatAnswerSchema },
} as const

export const activateSeat: PublicEndpoint = {
  operation: {
    id: 'activateSeat',
    tag: 'Licences',
    summary: 'Take a seat of a licence for a machine',
    description:
      'A machine that has a seat gets a new lease of it, and takes no second one. The fingerprint is made by the machine, of its own id and that of the licence.',
    body: ACTIVATION,
    answers: [LEASE],
    errors: ['license_refused', 'seats_exhausted', 'license_unavailable'],
    rateLimit: 'license',
  },
  async handle(context, { registry }) {
    return jsonAnswer(await registry.activateSeat(await readJson(context, ACTIVATION)))
  },
}

export const renewSeat: PublicEndpoint = {
  operation: {
    id: 'renewSeat',
    tag: 'Licences',
    summary: 'Get a new lease of a seat',
    description:
      'To be asked as often as `heartbeat_seconds` says, while a worker runs. A floating seat that was lost is taken again where one is free.',
    body: USE,
    answers: [LEASE],
    errors: ['license_refused', 'seats_exhausted', 'seat_not_found', 'license_unavailable'],
    rateLimit: 'license',
  },
  async handle(context, { registry }) {
    return jsonAnswer(await registry.renewSeat(await readJson(context, USE)))
  },
}

export const releaseSeat: PublicEndpoint = {
  operation: {
    id: 'releaseSeat',
    tag: 'Licences',
    summary: 'Give the seat of a machine back',
    description: 'Nothing is changed for a machine that has none. Leases that it holds end by themselves.',
    body: USE,
    answers: [{ status: 200, description: 'It has none any more', content: { schema: seatReleasedSchema } }],
    errors: ['license_refused'],
    rateLimit: 'license',
  },
  async handle(context, { registry }) {
    return jsonAnswer(await registry.releaseSeat(await readJson(context, USE)))
  },
}

export const listSeats: GuardedEndpoint = {
  scope: 'operator',
  operation: {
    id: 'listSeats',
    tag: 'Licences',
    summary: 'List the machines that use a licence',
    description: 'By fingerprint. Follow `next_cursor` until it is null.',
    parameters: [LICENSE_ID, LIMIT, CURSOR],
    answers: [{ status: 200, description: 'A page of seats', content: { schema: seatListSchema } }],
    errors: ['license_not_found', 'invalid_limit', 'invalid_cursor'],
  },
  async handle(context, { registry }, caller) {
    const page = {
      limit: queryParameter(context, LIMIT) ?? DEFAULT_LIMIT,
      cursor: queryParameter(context, CURSOR),
    }
    return jsonAnswer(await registry.listSeats(caller, pathParameter(context, LICENSE_ID), page))
  },
}

export const takeSeatAway: GuardedEndpoint = {
  scope: 'operator',
  operation: {
    id: 'takeSeatAway',
    tag: 'Licences',
    summary: 'Take the seat of a machine away',
    description:
      'It is free at once. The machine learns of it when it asks for its next lease; one that does not ask may go on until its lease and the grace behind it have ended.',
    parameters: [LICENSE_ID, FINGERPRINT],
    answers: [{ status: 200, description: 'It is free', content: { schema: seatReleasedSchema } }],
    errors: ['license_not_found', 'seat_not_found'],
  },
  async handle(context, { registry, log }, caller) {
    const license = pathParameter(context, LICENSE_ID)
    const fingerprint = pathParameter(context, FINGERPRINT)
    const answer = await registry.takeSeatAway(caller, license, fingerprint)
    log.info({ license, fingerprint, token: caller.tokenId }, 'seat released')
    return jsonAnswer(answer)
  },
}

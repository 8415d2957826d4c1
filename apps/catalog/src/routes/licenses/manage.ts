import {
  issuedLicenseSchema,
  licenseAnswerSchema,
  licenseExtensionSchema,
  licenseInputSchema,
  licenseListSchema,
  licenseRevocationSchema,
} from '@rbee/schema'
import type { GuardedEndpoint } from '../../endpoint.ts'
import { jsonAnswer } from '../../http/answer.ts'
import { readJson } from '../../http/json-body.ts'
import { CURSOR, LICENSE_ID, LIMIT, pathParameter, queryParameter } from '../../http/parameters.ts'

const DEFAULT_LIMIT = 50
const MAX_BYTES = 16 * 2 ** 10
const INPUT = { schema: licenseInputSchema, maxBytes: MAX_BYTES }
const REVOCATION = { schema: licenseRevocationSchema, maxBytes: MAX_BYTES }
const EXTENSION = { schema: licenseExtensionSchema, maxBytes: MAX_BYTES }

export const issueLicense: GuardedEndpoint = {
  scope: 'operator',
  operation: {
    id: 'issueLicense',
    tag: 'Licences',
    summary: 'Issue a licence of premium workers',
    description: 'The answer is the only place where its token ever stands.',
    body: INPUT,
    answers: [
      { status: 201, description: 'The licence and its token', content: { schema: licenseAnswerSchema } },
    ],
    errors: ['worker_not_found', 'license_unavailable'],
  },
  async handle(context, { registry, log }, caller) {
    const answer = await registry.issueLicense(caller, await readJson(context, INPUT))
    log.info({ license: answer.license.id, token: caller.tokenId }, 'licence issued')
    return jsonAnswer(answer, 201)
  },
}

export const listLicenses: GuardedEndpoint = {
  scope: 'operator',
  operation: {
    id: 'listLicenses',
    tag: 'Licences',
    summary: 'List the licences that were issued',
    description: 'Newest first, without their tokens. Follow `next_cursor` until it is null.',
    parameters: [LIMIT, CURSOR],
    answers: [{ status: 200, description: 'A page of licences', content: { schema: licenseListSchema } }],
    errors: ['invalid_limit', 'invalid_cursor'],
  },
  async handle(context, { registry }, caller) {
    const limit = queryParameter(context, LIMIT) ?? DEFAULT_LIMIT
    return jsonAnswer(await registry.listLicenses(caller, limit, queryParameter(context, CURSOR)))
  },
}

export const getLicense: GuardedEndpoint = {
  scope: 'operator',
  operation: {
    id: 'getLicense',
    tag: 'Licences',
    summary: 'Get a licence, without its token',
    parameters: [LICENSE_ID],
    answers: [{ status: 200, description: 'The licence', content: { schema: issuedLicenseSchema } }],
    errors: ['license_not_found'],
  },
  async handle(context, { registry }, caller) {
    return jsonAnswer(await registry.readLicense(caller, pathParameter(context, LICENSE_ID)))
  },
}

export const revokeLicense: GuardedEndpoint = {
  scope: 'operator',
  operation: {
    id: 'revokeLicense',
    tag: 'Licences',
    summary: 'End a licence at once, for good',
    description:
      'Addresses that were signed for it before stay open until they end by themselves, within the hour.',
    parameters: [LICENSE_ID],
    body: REVOCATION,
    answers: [{ status: 200, description: 'The licence', content: { schema: issuedLicenseSchema } }],
    errors: ['license_not_found'],
  },
  async handle(context, { registry, log }, caller) {
    const { reason } = await readJson(context, REVOCATION)
    const license = await registry.revokeLicense(caller, pathParameter(context, LICENSE_ID), reason)
    log.info({ license: license.id, token: caller.tokenId }, 'licence revoked')
    return jsonAnswer(license)
  },
}

export const extendLicense: GuardedEndpoint = {
  scope: 'operator',
  operation: {
    id: 'extendLicense',
    tag: 'Licences',
    summary: 'Let a licence last so long from now on',
    description:
      'Answers a new token. With the old one this server hands out workers as well; where it is checked without the server, it ends when it was to end.',
    parameters: [LICENSE_ID],
    body: EXTENSION,
    answers: [
      { status: 200, description: 'The licence and its new token', content: { schema: licenseAnswerSchema } },
    ],
    errors: ['license_not_found', 'license_refused', 'license_unavailable'],
  },
  async handle(context, { registry, log }, caller) {
    const input = await readJson(context, EXTENSION)
    const answer = await registry.extendLicense(caller, pathParameter(context, LICENSE_ID), input)
    log.info({ license: answer.license.id, token: caller.tokenId }, 'licence extended')
    return jsonAnswer(answer)
  },
}

import {
  exchangedTokenSchema,
  releaseDocumentSchema,
  type TrustedPublisherInput,
  trustedPublisherSchema,
  trustedPublishersSchema,
} from '@rbee/schema'
import { artifactOf, packedArchive } from '@rbee/testing'
import { describe, expect, it } from 'vitest'
import { createToken, publish, releaseOf, type Samples, sendArchive } from './sample-workers.ts'
import { expectJson, expectProblem, type IdentitySubject, send } from './subject.ts'

type Claims = Readonly<Record<string, unknown>>

const WORKFLOW: Omit<TrustedPublisherInput, 'provider' | 'environment'> = {
  repository: 'acme/echo',
  repository_owner_id: '77',
  workflow: 'publish.yml',
}

export function trustedPublishing(subject: () => IdentitySubject, samples: () => Samples): void {
  let packings = 0
  /** Adds a trusted publisher; the worker gets its name with it. */
  async function trust(worker: string, input: object = WORKFLOW) {
    const path = `/v1/workers/${worker}/trusted-publishers`
    const response = await send(subject(), 'POST', path, { token: subject().operatorToken, json: input })
    return expectJson(response, 201, trustedPublisherSchema)
  }
  const exchange = (worker: string, token: string) =>
    send(subject(), 'POST', '/v1/oidc/token', { json: { token, worker } })
  const identity = (claims: Claims = {}) => subject().identityOf(claims)
  async function tokenOf(worker: string, claims: Claims = {}): Promise<string> {
    const answer = await exchange(worker, await identity(claims))
    return (await expectJson(answer, 201, exchangedTokenSchema)).token
  }
  async function releaseWith(worker: string, token: string, version = '1.0.0') {
    packings += 1
    const packed = await packedArchive({ [`bin/${worker}`]: `${worker} ${packings}` })
    await sendArchive(subject(), token, packed)
    return releaseOf(worker, [artifactOf([packed])], version)
  }

  describe('a trusted publisher', () => {
    it('publishes with a token that its run was given, and the release says so', async () => {
      await trust('oidc-first')
      const answer = await exchange('oidc-first', await identity())
      expect(answer.headers.get('cache-control')).toBe('no-store')
      const { token, expires_at } = await expectJson(answer, 201, exchangedTokenSchema)
      expect(token).toMatch(/^rbee_pub_/)
      const minutes = (Date.parse(expires_at) - Date.now()) / 60_000
      expect(minutes).toBeGreaterThan(14)
      expect(minutes).toBeLessThanOrEqual(15.1)
      const published = await publish(subject(), token, await releaseWith('oidc-first', token))
      expect(published.published_by).toEqual({
        kind: 'trusted_publisher',
        provider: 'github',
        issuer: subject().identityIssuer,
        repository: 'acme/echo',
        repository_id: '1001',
        repository_owner_id: '77',
        workflow: 'publish.yml',
        workflow_ref: 'acme/echo/.github/workflows/publish.yml@refs/tags/v1.0.0',
        environment: null,
        event: 'push',
        ref: 'refs/tags/v1.0.0',
        sha: 'c'.repeat(40),
        run: {
          id: '9001',
          attempt: '1',
          url: `${subject().identityIssuer}/acme/echo/actions/runs/9001/attempts/1`,
        },
      })
      const served = await subject().fetch('/v1/workers/oidc-first/1.0.0')
      expect(await expectJson(served, 200, releaseDocumentSchema)).toEqual(published)
    })

    it('is given a token that does nothing but publish its worker', async () => {
      await trust('oidc-narrow')
      const token = await tokenOf('oidc-narrow')
      await publish(subject(), token, await releaseWith('oidc-narrow', token))
      const json = releaseOf('oidc-other', [artifactOf([samples().gzip])])
      const other = await send(subject(), 'PUT', '/v1/workers/oidc-other/1.0.0', { token, json })
      await expectProblem(other, 403, 'forbidden')
      for (const [method, path, body] of [
        ['POST', '/1.0.0/yank', { reason: 'no' }],
        ['POST', '/deprecate', { reason: 'no' }],
        ['GET', '/trusted-publishers', undefined],
        ['POST', '/trusted-publishers', WORKFLOW],
        ['PUT', '/tokens-refused', { tokens_refused: true }],
      ] as const) {
        const answer = await send(subject(), method, `/v1/workers/oidc-narrow${path}`, { token, json: body })
        await expectProblem(answer, 403, 'forbidden')
      }
    })

    it('is removed together with the tokens of its runs', async () => {
      const { id } = await trust('oidc-removed')
      const token = await tokenOf('oidc-removed')
      const path = `/v1/workers/oidc-removed/trusted-publishers/${id}`
      const operator = { token: subject().operatorToken }
      expect((await send(subject(), 'DELETE', path, operator)).status).toBe(204)
      await expectProblem(await send(subject(), 'GET', '/v1/tokens/current', { token }), 401, 'token_invalid')
      await expectProblem(await exchange('oidc-removed', await identity()), 403, 'oidc_no_publisher')
      await expectProblem(await send(subject(), 'DELETE', path, operator), 404, 'publisher_not_found')
    })

    it('may be the only one who publishes; then a stolen token changes nothing', async () => {
      const owner = await createToken(subject(), { scope: 'publish' })
      await publish(subject(), owner, await releaseWith('oidc-only', owner))
      const publishers = '/v1/workers/oidc-only/trusted-publishers'
      const refused = '/v1/workers/oidc-only/tokens-refused'
      const only = (token: string, tokens_refused: boolean) =>
        send(subject(), 'PUT', refused, { token, json: { tokens_refused } })
      await expectProblem(await only(owner, true), 422, 'invalid_body')
      const added = await send(subject(), 'POST', publishers, { token: owner, json: WORKFLOW })
      await expectJson(added, 201, trustedPublisherSchema)
      expect(await expectJson(await only(owner, true), 200, trustedPublishersSchema)).toMatchObject({
        tokens_refused: true,
      })
      for (const token of [owner, subject().operatorToken]) {
        const json = await releaseWith('oidc-only', token, '2.0.0')
        const path = '/v1/workers/oidc-only/2.0.0'
        await expectProblem(await send(subject(), 'PUT', path, { token, json }), 403, 'tokens_refused')
      }
      await expectProblem(await only(owner, false), 403, 'tokens_refused')
      const json = { ...WORKFLOW, repository: 'thief/echo' }
      const stolen = await send(subject(), 'POST', publishers, { token: owner, json })
      await expectProblem(stolen, 403, 'tokens_refused')
      const run = await tokenOf('oidc-only')
      await publish(subject(), run, await releaseWith('oidc-only', run, '2.0.0'))
      expect((await only(subject().operatorToken, false)).status).toBe(200)
      await publish(subject(), owner, await releaseWith('oidc-only', owner, '3.0.0'))
    })

    it('of a worker that is not there yet takes its name, and only an operator adds it', async () => {
      const path = '/v1/workers/oidc-pending/trusted-publishers'
      const token = samples().publishToken
      const stranger = await send(subject(), 'POST', path, { token, json: WORKFLOW })
      await expectProblem(stranger, 404, 'worker_not_found')
      const { repository_owner_id: _, ...unsettled } = WORKFLOW
      const operator = { token: subject().operatorToken }
      const unknown = await send(subject(), 'POST', path, { ...operator, json: unsettled })
      await expectProblem(unknown, 422, 'invalid_body')
      await trust('oidc-pending')
      const again = await send(subject(), 'POST', path, { ...operator, json: WORKFLOW })
      await expectJson(again, 200, trustedPublisherSchema)
      const json = await releaseWith('oidc-pending', token)
      const taken = await send(subject(), 'PUT', '/v1/workers/oidc-pending/1.0.0', { token, json })
      await expectProblem(taken, 403, 'forbidden')
      await expectProblem(await subject().fetch('/v1/workers/oidc-pending'), 404, 'worker_not_found')
    })
  })

  describe('an identity token', () => {
    it('is accepted once, however many exchanges are under way', async () => {
      await trust('oidc-once')
      const token = await identity()
      const answers = await Promise.all(Array.from({ length: 5 }, () => exchange('oidc-once', token)))
      expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409, 409])
      for (const answer of answers) {
        if (answer.status === 409) await expectProblem(answer, 409, 'oidc_token_used')
      }
    })

    it.each([
      ['repository', { repository: 'acme/other' }],
      ['repository_owner_id', { repository_owner_id: '78' }],
      ['job_workflow_ref', { job_workflow_ref: 'acme/echo/.github/workflows/ci.yml@refs/heads/main' }],
      [
        'job_workflow_ref',
        { job_workflow_ref: 'other/shared/.github/workflows/publish.yml@refs/heads/main' },
      ],
    ] as const)('is refused for another %s, which is said', async (claim, claims) => {
      const worker = 'oidc-claims'
      await trustOnce(worker)
      const token = await identity(claims)
      const problem = await expectProblem(await exchange(worker, token), 403, 'oidc_claim_mismatch')
      expect(problem.claim).toBe(claim)
      expect(JSON.stringify(problem)).not.toContain(token.split('.')[2])
    })

    it.each(['pull_request_target', 'issue_comment', 'workflow_run', 'pull_request', 'an_event_of_tomorrow'])(
      'of a run that was started by %s is refused',
      async (event_name) => {
        const worker = 'oidc-events'
        await trustOnce(worker)
        await expectProblem(await exchange(worker, await identity({ event_name })), 403, 'oidc_event_refused')
      },
    )

    it('for another registry, or of times that are over, is refused', async () => {
      await trust('oidc-times')
      const now = Math.floor(Date.now() / 1000)
      for (const [claims, status, code] of [
        [{ aud: 'https://registry.example' }, 403, 'oidc_audience_mismatch'],
        [{ aud: [subject().audience, 'https://registry.example'] }, 401, 'oidc_token_invalid'],
        [{ exp: now - 120, iat: now - 300 }, 401, 'oidc_token_expired'],
        [{ iat: now - 3600, exp: now + 3600 }, 401, 'oidc_token_expired'],
        [{ nbf: now + 120 }, 401, 'oidc_token_early'],
        [{ iss: 'https://issuer.example' }, 403, 'oidc_issuer_unknown'],
      ] as const) {
        await expectProblem(await exchange('oidc-times', await identity(claims)), status, code)
      }
    })

    it.each([
      ['no JWT', 'nonsense', 401, 'oidc_token_invalid'],
      ['an unsigned JWT', `${btoa('{"alg":"none","kid":"key-1"}')}.e30.`, 401, 'oidc_token_invalid'],
      ['a huge text', 'a'.repeat(8193), 422, 'invalid_body'],
      ['a number', 7, 422, 'invalid_body'],
    ] as const)('that is %s is refused', async (_name, token, status, code) => {
      await trustOnce('oidc-forms')
      const json = { token, worker: 'oidc-forms' }
      await expectProblem(await send(subject(), 'POST', '/v1/oidc/token', { json }), status, code)
    })
  })

  async function trustOnce(worker: string): Promise<void> {
    await send(subject(), 'POST', `/v1/workers/${worker}/trusted-publishers`, {
      token: subject().operatorToken,
      json: WORKFLOW,
    })
  }
}

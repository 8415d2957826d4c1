import { aTrustedPublisherRow, aWorkerId, failureCode } from '@rbee/testing'
import { runClaims } from '@rbee/testing/oidc'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readGithubRun } from './github-run.ts'
import { assertEventAllowed, matchingPublisher } from './match-run.ts'

const ISSUER = 'https://issuer.example'
const ECHO = aWorkerId()
const readRun = (claims: Readonly<Record<string, unknown>> = {}, issuer = ISSUER) =>
  readGithubRun({ issuer, claims: runClaims(claims) })
const codeOf = async (work: () => unknown) => failureCode(Promise.resolve().then(work))

describe('the claims of a run', () => {
  it('become what everybody may know of it', () => {
    expect(readRun({ environment: 'release' })).toEqual({
      workflowRepository: 'acme/echo',
      run: {
        provider: 'github',
        issuer: ISSUER,
        repository: 'acme/echo',
        repository_id: '1001',
        repository_owner_id: '77',
        workflow: 'publish.yml',
        workflow_ref: 'acme/echo/.github/workflows/publish.yml@refs/tags/v1.0.0',
        environment: 'release',
        event: 'push',
        ref: 'refs/tags/v1.0.0',
        sha: 'c'.repeat(40),
        run: { id: '9001', attempt: '1', url: `${ISSUER}/acme/echo/actions/runs/9001/attempts/1` },
      },
    })
  })

  it('lead to the page of the run, at GitHub and at a server of ones own', () => {
    const page = (issuer: string) => readRun({}, issuer).run.run.url
    const path = 'acme/echo/actions/runs/9001/attempts/1'
    expect(page('https://token.actions.githubusercontent.com')).toBe(`https://github.com/${path}`)
    expect(page('https://git.example/_services/token')).toBe(`https://git.example/${path}`)
  })

  it.each([
    ['repository', 'acme'],
    ['repository', 'acme/../echo'],
    ['repository', undefined],
    ['repository_owner', 'other'],
    ['repository_owner_id', 77],
    ['repository_owner_id', '77x'],
    ['repository_id', ''],
    ['job_workflow_ref', undefined],
    ['job_workflow_ref', 'acme/echo/publish.yml@refs/heads/main'],
    ['job_workflow_ref', 'acme/echo/.github/workflows/../publish.yml@refs/heads/main'],
    ['job_workflow_ref', 'acme/echo/.github/workflows/publish.yml'],
    ['event_name', ['push']],
    ['sha', 'main'],
    ['run_id', '-1'],
    ['environment', ''],
  ])('are refused where %s is %j, and that is said', async (claim, value) => {
    const reading = Promise.resolve().then(() => readRun({ [claim]: value }))
    await expect(reading).rejects.toMatchObject({ code: 'oidc_token_invalid', details: { claim } })
  })
})

describe('a run', () => {
  it.each(['push', 'release', 'workflow_dispatch', 'schedule'])(
    'that was started by %s may publish',
    (event_name) => {
      expect(() => assertEventAllowed(readRun({ event_name }))).not.toThrow()
    },
  )

  it('that anything else started may not', async () => {
    await fc.assert(
      fc.asyncProperty(fc.stringMatching(/^[a-z_]{1,30}$/), async (event_name) => {
        fc.pre(!['push', 'release', 'workflow_dispatch', 'schedule'].includes(event_name))
        expect(await codeOf(() => assertEventAllowed(readRun({ event_name })))).toBe('oidc_event_refused')
      }),
    )
  })

  it('is one of the publisher that demands no more than it is', () => {
    const strict = aTrustedPublisherRow({ id: 'strict', environment: 'release' })
    const open = aTrustedPublisherRow({ id: 'open' })
    expect(matchingPublisher(ECHO, [strict, open], readRun()).id).toBe('open')
    expect(matchingPublisher(ECHO, [strict], readRun({ environment: 'Release' })).id).toBe('strict')
  })

  it('may write names in another case, and files not', async () => {
    const row = aTrustedPublisherRow({ repository: 'Acme/ECHO' })
    expect(matchingPublisher(ECHO, [row], readRun()).id).toBe('publisher-1')
    const job_workflow_ref = 'acme/echo/.github/workflows/Publish.yml@refs/heads/main'
    expect(await codeOf(() => matchingPublisher(ECHO, [row], readRun({ job_workflow_ref })))).toBe(
      'oidc_claim_mismatch',
    )
  })

  it.each([
    [
      'repository',
      { repository: 'acme/echo2', job_workflow_ref: 'acme/echo2/.github/workflows/publish.yml@x' },
      {},
    ],
    // The account was deleted, and somebody else registered its name.
    ['repository_owner_id', { repository_owner_id: '78' }, {}],
    ['repository_id', { repository_id: '1002' }, { repositoryId: '1001' }],
    [
      'job_workflow_ref',
      { job_workflow_ref: 'acme/shared/.github/workflows/publish.yml@refs/heads/main' },
      {},
    ],
    [
      'job_workflow_ref',
      { job_workflow_ref: 'acme/echo/.github/workflows/publish.yaml@refs/heads/main' },
      {},
    ],
    ['environment', {}, { environment: 'release' }],
    ['environment', { environment: 'test' }, { environment: 'release' }],
    ['iss', {}, { issuer: 'https://second.example' }],
  ] as const)('with another %s is none of it', async (claim, claims, demanded) => {
    const row = aTrustedPublisherRow(demanded)
    const judging = Promise.resolve().then(() => matchingPublisher(ECHO, [row], readRun(claims)))
    await expect(judging).rejects.toMatchObject({ code: 'oidc_claim_mismatch', details: { claim } })
  })

  it('is told in what it differs from the publisher that it comes closest to', async () => {
    const far = aTrustedPublisherRow({ id: 'far', repository: 'other/thing', workflow: 'x.yml' })
    const near = aTrustedPublisherRow({ id: 'near', environment: 'release' })
    const judging = Promise.resolve().then(() => matchingPublisher(ECHO, [far, near], readRun()))
    await expect(judging).rejects.toMatchObject({ details: { claim: 'environment', expected: 'release' } })
  })
})

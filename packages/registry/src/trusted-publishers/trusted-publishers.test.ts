import { openSqliteDatabase } from '@rbee/db/sqlite'
import { logEntrySchema, trustedPublisherInputSchema } from '@rbee/schema'
import {
  aCaller,
  aCatalogEntry,
  aManifest,
  anOperator,
  aRegistry,
  aReleaseInput,
  artifactOf,
  aWorkerId,
  believedIdentities,
  declarationOf,
  failureCode,
  fakeClock,
  packedArchive,
  sendArchive,
  syncCatalog,
} from '@rbee/testing'
import { runClaims } from '@rbee/testing/oidc'
import { describe, expect, it } from 'vitest'

const AUDIENCE = 'https://registry.example'
const ECHO = aWorkerId()
const MINUTE = 60_000
const packed = await packedArchive({ 'bin/echo-worker': 'one' })
const second = await packedArchive({ 'bin/echo-worker': 'two' })
const releaseOf = (archive: typeof packed, version = '1.0.0') =>
  aReleaseInput({ version, artifacts: [artifactOf([archive])] })
const WORKFLOW = trustedPublisherInputSchema.parse({ repository: 'acme/echo', workflow: 'publish.yml' })
const SETTLED = { ...WORKFLOW, repository_owner_id: '77' }

function aWorld() {
  const clock = fakeClock()
  const world = aRegistry(openSqliteDatabase(':memory:'), { clock, identities: believedIdentities(clock) })
  const { registry } = world
  let exchanges = 0
  const exchange = (claims: Readonly<Record<string, unknown>> = {}, worker = ECHO) => {
    exchanges += 1
    const common = { iss: 'https://issuer.example', aud: AUDIENCE, jti: `jti-${exchanges}` }
    const token = JSON.stringify({ ...common, ...runClaims(), ...claims })
    return registry.exchangeIdentity({ token, worker }, AUDIENCE)
  }
  const runOf = async (claims = {}) => registry.authenticate((await exchange(claims)).token)
  return { ...world, clock, exchange, runOf }
}

describe('a trusted publisher', () => {
  it('of an owner who names no account is settled by the first run', async () => {
    const { registry, exchange } = aWorld()
    await sendArchive(registry, aCaller(), packed)
    await registry.publishRelease(aCaller(), ECHO, releaseOf(packed))
    const { value } = await registry.addTrustedPublisher(aCaller(), ECHO, WORKFLOW)
    expect(value).toMatchObject({ repository_owner_id: null, repository_id: null })
    await exchange()
    const { publishers } = await registry.listTrustedPublishers(aCaller(), ECHO)
    expect(publishers).toEqual([
      expect.objectContaining({ repository_owner_id: '77', repository_id: '1001' }),
    ])
    expect(await failureCode(exchange({ repository_owner_id: '78' }))).toBe('oidc_claim_mismatch')
    // The repository was deleted, and another took its name.
    expect(await failureCode(exchange({ repository_id: '2002' }))).toBe('oidc_claim_mismatch')
    await exchange()
  })

  it('is bound to its issuer, because another may name repositories as it likes', async () => {
    const { registry, exchange } = aWorld()
    const issuer = 'https://second.example'
    await registry.addTrustedPublisher(anOperator(), ECHO, { ...SETTLED, issuer })
    expect(await failureCode(exchange())).toBe('oidc_claim_mismatch')
    await exchange({ iss: issuer })
    const foreign = { ...SETTLED, issuer: 'https://third.example' }
    const adding = registry.addTrustedPublisher(anOperator(), ECHO, foreign)
    expect(await failureCode(adding)).toBe('oidc_issuer_unknown')
  })

  it('is the same again, unless it is another account under the same name', async () => {
    const { registry } = aWorld()
    const first = await registry.addTrustedPublisher(anOperator(), ECHO, SETTLED)
    expect(first.changed).toBe(true)
    expect(await registry.addTrustedPublisher(anOperator(), ECHO, SETTLED)).toEqual({
      ...first,
      changed: false,
    })
    const other = { ...SETTLED, repository_owner_id: '78' }
    expect(await failureCode(registry.addTrustedPublisher(anOperator(), ECHO, other))).toBe('invalid_body')
  })

  it('stands in the transparency log when it comes and goes, without naming a token', async () => {
    const { registry, ports } = aWorld()
    await sendArchive(registry, aCaller(), packed)
    await registry.publishRelease(aCaller(), ECHO, releaseOf(packed))
    const { value } = await registry.addTrustedPublisher(aCaller(), ECHO, {
      ...SETTLED,
      environment: 'release',
    })
    await registry.setTokensRefused(aCaller(), ECHO, true)
    await registry.removeTrustedPublisher(aCaller(), ECHO, value.id)
    const rows = await ports.database.listWorkerLog(ECHO)
    const entries = rows.slice(1).map(({ body }) => logEntrySchema.parse(JSON.parse(body)))
    const keys = [
      'issuer:https://issuer.example',
      'repository:acme/echo',
      'repository_owner_id:77',
      'workflow:publish.yml',
      'environment:release',
    ]
    const actor = expect.stringMatching(/^token:[0-9a-f]{32}$/)
    expect(entries).toEqual([
      expect.objectContaining({
        kind: 'key_change',
        change: 'added',
        role: 'trusted_publisher',
        worker: ECHO,
        keys,
        actor,
      }),
      expect.objectContaining({ kind: 'key_change', change: 'revoked', role: 'token', worker: ECHO, actor }),
      expect.objectContaining({ kind: 'key_change', change: 'revoked', role: 'trusted_publisher', keys }),
    ])
  })

  it('is for the owner of a worker and operators to add, list and remove', async () => {
    const { registry } = aWorld()
    await sendArchive(registry, aCaller(), packed)
    await registry.publishRelease(aCaller(), ECHO, releaseOf(packed))
    const { value } = await registry.addTrustedPublisher(aCaller(), ECHO, WORKFLOW)
    const stranger = aCaller({ tokenId: 'stranger' })
    for (const attempt of [
      registry.listTrustedPublishers(stranger, ECHO),
      registry.addTrustedPublisher(stranger, ECHO, { ...WORKFLOW, repository: 'thief/echo' }),
      registry.removeTrustedPublisher(stranger, ECHO, value.id),
      registry.setTokensRefused(stranger, ECHO, true),
    ]) {
      expect(await failureCode(attempt)).toBe('forbidden')
    }
  })

  it('of a worker without a release names its account, also when it is another one', async () => {
    const { registry } = aWorld()
    const add = (input: typeof WORKFLOW) => registry.addTrustedPublisher(anOperator(), ECHO, input)
    expect(await failureCode(add(WORKFLOW))).toBe('invalid_body')
    await add(SETTLED)
    expect(await failureCode(add({ ...WORKFLOW, workflow: 'other.yml' }))).toBe('invalid_body')
  })

  it('of a worker that is to come may not bear a name that is mistaken for an official one', async () => {
    const { registry } = aWorld()
    await syncCatalog(registry, 'main', [aCatalogEntry({ manifest: aManifest({ id: 'official-worker' }) })])
    const add = (id: string) => registry.addTrustedPublisher(anOperator(), aWorkerId(id), SETTLED)
    expect(await failureCode(add('official-workar'))).toBe('name_too_similar')
    expect(await failureCode(add('some-rbee-worker'))).toBe('name_reserved')
  })
})

describe('the token of a run', () => {
  it('ends after 15 minutes', async () => {
    const { registry, clock, exchange } = aWorld()
    await registry.addTrustedPublisher(anOperator(), ECHO, SETTLED)
    const { token } = await exchange()
    clock.advance(15 * MINUTE - 1)
    await registry.authenticate(token)
    clock.advance(1)
    expect(await failureCode(registry.authenticate(token))).toBe('token_expired')
  })

  it('is followed by another that goes on with the same upload', async () => {
    const { registry, runOf } = aWorld()
    await registry.addTrustedPublisher(anOperator(), ECHO, SETTLED)
    const opened = await registry.openUpload(await runOf(), declarationOf(packed))
    expect(await registry.openUpload(await runOf(), declarationOf(packed))).toEqual(opened)
    const other = await runOf({ run_id: '9002' })
    expect(await failureCode(registry.uploadState(other, `${opened.upload_id}`))).toBe('upload_not_found')
  })

  it('takes nothing away from who published the worker first', async () => {
    const { registry, runOf } = aWorld()
    await syncCatalog(registry, 'main', [aCatalogEntry()])
    for (const archive of [packed, second]) await sendArchive(registry, aCaller(), archive)
    await registry.publishRelease(aCaller(), ECHO, releaseOf(packed))
    await registry.addTrustedPublisher(aCaller(), ECHO, WORKFLOW)
    await registry.publishRelease(await runOf(), ECHO, releaseOf(second, '1.1.0'))
    expect((await registry.listTrustedPublishers(aCaller(), ECHO)).publishers).toHaveLength(1)
    const third = await packedArchive({ 'bin/echo-worker': 'three' })
    await sendArchive(registry, aCaller(), third)
    await registry.publishRelease(aCaller(), ECHO, releaseOf(third, '1.2.0'))
  })

  it('opens no worker of a catalog to whoever comes next', async () => {
    const { registry, runOf } = aWorld()
    await syncCatalog(registry, 'main', [aCatalogEntry()])
    await registry.addTrustedPublisher(anOperator(), ECHO, SETTLED)
    await sendArchive(registry, aCaller(), packed)
    await registry.publishRelease(await runOf(), ECHO, releaseOf(packed))
    const next = registry.publishRelease(aCaller({ tokenId: 'next' }), ECHO, releaseOf(packed, '2.0.0'))
    expect(await failureCode(next)).toBe('forbidden')
  })
})

describe('an exchange', () => {
  it('is not offered by a registry that does not know its own address, or believes nobody', async () => {
    const { registry } = aWorld()
    await registry.addTrustedPublisher(anOperator(), ECHO, SETTLED)
    const input = { token: '{}', worker: ECHO }
    expect(await failureCode(registry.exchangeIdentity(input, null))).toBe('oidc_unavailable')
    const alone = aRegistry(openSqliteDatabase(':memory:')).registry
    expect(await failureCode(alone.exchangeIdentity(input, AUDIENCE))).toBe('oidc_unavailable')
  })

  it('asks nobody about the token of a worker without trusted publishers', async () => {
    const asked: string[] = []
    const identities = {
      ...believedIdentities(Date.now),
      verify: (text: string) => {
        asked.push(text)
        return Promise.reject(new Error('asked'))
      },
    }
    const { registry } = aRegistry(openSqliteDatabase(':memory:'), { identities })
    const exchanging = registry.exchangeIdentity({ token: 'x', worker: ECHO }, AUDIENCE)
    expect(await failureCode(exchanging)).toBe('oidc_no_publisher')
    expect(asked).toEqual([])
  })

  it('cannot be repeated while its identity token is good for anything, and is forgotten then', async () => {
    const { registry, clock, exchange, ports } = aWorld()
    await registry.addTrustedPublisher(anOperator(), ECHO, SETTLED)
    const { token } = await exchange({ jti: 'same' })
    await registry.sweep()
    expect(await failureCode(exchange({ jti: 'same' }))).toBe('oidc_token_used')
    clock.advance(25 * 60 * MINUTE)
    expect(await failureCode(registry.authenticate(token))).toBe('token_expired')
    await registry.sweep()
    expect(await failureCode(registry.authenticate(token))).toBe('token_invalid')
    expect(await ports.database.listTrustedPublishers(ECHO)).toMatchObject({ publishers: [{}] })
  })
})

describe('a worker that takes releases from its trusted publishers only', () => {
  it('does so as well after the database was lost', async () => {
    const { registry, ports, clock } = aWorld()
    await sendArchive(registry, aCaller(), packed)
    await registry.publishRelease(aCaller(), ECHO, releaseOf(packed))
    await registry.addTrustedPublisher(aCaller(), ECHO, WORKFLOW)
    await registry.setTokensRefused(aCaller(), ECHO, true)
    const { documents, archives } = ports
    const after = aRegistry(openSqliteDatabase(':memory:'), { documents, archives, clock })
    await after.registry.restoreLostRows()
    await sendArchive(after.registry, aCaller(), second)
    const publishing = after.registry.publishRelease(aCaller(), ECHO, releaseOf(second, '2.0.0'))
    expect(await failureCode(publishing)).toBe('tokens_refused')
    const [release] = (await after.ports.database.getWorker(ECHO))?.releases ?? []
    expect(release?.publisher).toEqual({ kind: 'token' })
  })
})

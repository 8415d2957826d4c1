import { openSqliteDatabase } from '@rbee/db/sqlite'
import { RbeeError, type TokenInput } from '@rbee/schema'
import { aCaller, anOperator, aRegistry, aWorkerId, failureCode } from '@rbee/testing'
import { describe, expect, it } from 'vitest'

const open = () => aRegistry(openSqliteDatabase(':memory:'))

describe('createToken', () => {
  it('answers a token that authenticates with its scope and worker', async () => {
    const { registry } = open()
    const made = await registry.createToken(anOperator(), { scope: 'publish', worker: aWorkerId() })
    expect(made.token).toMatch(/^rbee_pub_[A-Za-z0-9_-]{43}$/)
    expect(made).toMatchObject({ scope: 'publish', worker: 'echo-worker', expires_at: null })
    expect(await registry.authenticate(made.token)).toEqual({
      tokenId: made.id,
      scope: 'publish',
      worker: 'echo-worker',
    })
  })

  it('marks operator tokens by their prefix', async () => {
    const { registry } = open()
    const made = await registry.createToken(anOperator(), { scope: 'operator' })
    expect(made.token).toMatch(/^rbee_op_/)
    expect((await registry.authenticate(made.token)).scope).toBe('operator')
  })

  it('never makes the same token twice', async () => {
    const { registry } = open()
    const input: TokenInput = { scope: 'publish' }
    const made = [
      await registry.createToken(anOperator(), input),
      await registry.createToken(anOperator(), input),
    ]
    expect(new Set(made.map(({ token }) => token)).size).toBe(2)
    expect(new Set(made.map(({ id }) => id)).size).toBe(2)
  })

  it('is for operators', async () => {
    const { registry } = open()
    expect(await failureCode(registry.createToken(aCaller(), { scope: 'publish' }))).toBe('forbidden')
  })

  it('does not limit an operator token to a worker', async () => {
    const { registry } = open()
    const input: TokenInput = { scope: 'operator', worker: aWorkerId() }
    expect(await failureCode(registry.createToken(anOperator(), input))).toBe('invalid_body')
  })
})

describe('authenticate', () => {
  it('tells a missing token from a wrong one', async () => {
    const { registry } = open()
    expect(await failureCode(registry.authenticate(null))).toBe('token_missing')
    expect(await failureCode(registry.authenticate(''))).toBe('token_missing')
    expect(await failureCode(registry.authenticate(`rbee_pub_${'A'.repeat(43)}`))).toBe('token_invalid')
  })

  it.each(['short', 'with a blank', 'line\nbreak', 'ünïcödé-token', 'x'.repeat(257), '\0'.repeat(20)])(
    'refuses %j without asking the database',
    async (text) => {
      const database = openSqliteDatabase(':memory:')
      const unasked = {
        ...database,
        findTokenByHash: () => Promise.reject(new Error('the database was asked')),
      }
      expect(await failureCode(aRegistry(unasked).registry.authenticate(text))).toBe('token_invalid')
    },
  )

  it('ends a token at its time', async () => {
    const { registry, clock } = open()
    const made = await registry.createToken(anOperator(), { scope: 'publish', expires_in_seconds: 60 })
    clock.advance(59_999)
    expect((await registry.authenticate(made.token)).tokenId).toBe(made.id)
    clock.advance(1)
    expect(await failureCode(registry.authenticate(made.token))).toBe('token_expired')
  })

  it('never puts the text of a token into a failure', async () => {
    const { registry } = open()
    const text = `rbee_op_${'S'.repeat(43)}`
    const failure = await registry.authenticate(text).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(RbeeError)
    expect(String(failure) + JSON.stringify(failure)).not.toContain('SSSS')
  })
})

describe('revokeToken', () => {
  it('ends a token at once', async () => {
    const { registry } = open()
    const made = await registry.createToken(anOperator(), { scope: 'publish' })
    await registry.revokeToken(anOperator(), made.id)
    expect(await failureCode(registry.authenticate(made.token))).toBe('token_invalid')
    expect(await failureCode(registry.revokeToken(anOperator(), 'no-such-token'))).toBe('not_found')
  })

  it("lets everybody end their own token and nobody end another's", async () => {
    const { registry } = open()
    const [own, other] = [
      await registry.createToken(anOperator(), { scope: 'publish' }),
      await registry.createToken(anOperator(), { scope: 'publish' }),
    ]
    const caller = await registry.authenticate(own.token)
    expect(await failureCode(registry.revokeToken(caller, other.id))).toBe('forbidden')
    await registry.revokeToken(caller, own.id)
    expect(await failureCode(registry.authenticate(own.token))).toBe('token_invalid')
  })
})

describe('ensureOperatorToken', () => {
  it("makes the operator's secret valid, in any form, for as long as it is the setting", async () => {
    const database = openSqliteDatabase(':memory:')
    const first = aRegistry(database).registry
    await first.ensureOperatorToken('correct-horse-battery')
    await first.ensureOperatorToken('correct-horse-battery')
    expect(await first.authenticate('correct-horse-battery')).toMatchObject({
      scope: 'operator',
      worker: null,
    })
    const afterRotation = aRegistry(database).registry
    await afterRotation.ensureOperatorToken('another-long-secret')
    expect(await failureCode(afterRotation.authenticate('correct-horse-battery'))).toBe('token_invalid')
  })

  it('refuses a secret that no header can carry or anybody can guess', async () => {
    const { registry } = open()
    expect(await failureCode(registry.ensureOperatorToken('secret'))).toBe('setting_invalid')
    expect(await failureCode(registry.ensureOperatorToken('two words here'))).toBe('setting_invalid')
  })
})

import { Buffer } from 'node:buffer'
import { RbeeError, type Sha256, type TokenAnswer, type TokenInput } from '@rbee/schema'
import { actorOf, staffEvent } from '../log/log-entry.ts'
import type { Caller, RegistryPorts } from '../registry.ts'
import { assertOperator } from './scopes.ts'
import { hashToken, hasTokenForm, newTokenText } from './token-text.ts'

type TokenPorts = Pick<RegistryPorts, 'database' | 'clock' | 'randomBytes'>

const TOKEN_ID_BYTES = 12

/** Who acts with the operator's own secret. */
const OPERATOR: Caller = { tokenId: 'operator', scope: 'operator', worker: null }

/**
 * Finds out who is calling. The form is checked before the database is asked, so that junk costs nothing.
 *
 * @param operatorHashes hashes of the operator's own secrets, which stand in no table.
 */
export async function authenticate(
  ports: TokenPorts,
  operatorHashes: ReadonlySet<Sha256>,
  text: string | null,
): Promise<Caller> {
  if (text === null || text === '') {
    throw new RbeeError('token_missing', 'The request carries no token', {
      next: 'Send it as "Authorization: Bearer TOKEN"; the command line reads it from RBEE_TOKEN',
    })
  }
  if (!hasTokenForm(text)) throw tokenInvalid('The token does not have the form of a token')
  const hash = hashToken(text)
  if (operatorHashes.has(hash)) return OPERATOR
  const token = await ports.database.findTokenByHash(hash)
  if (!token) throw tokenInvalid('The token is not known here')
  if (token.revokedAt !== null) throw tokenInvalid('The token was revoked')
  if (token.expiresAt !== null && token.expiresAt <= ports.clock()) {
    throw new RbeeError('token_expired', `The token expired at ${rfc3339(token.expiresAt)}`, {
      next: 'Ask an operator for a new one',
    })
  }
  const { id: tokenId, scope, worker, run } = token
  return { tokenId, scope, worker, ...(run !== null && { run }) }
}

/** Makes a token. Its text is in the answer and nowhere else: the database keeps a hash. */
export async function createToken(
  ports: TokenPorts,
  caller: Caller,
  input: TokenInput,
): Promise<TokenAnswer> {
  assertOperator(caller)
  if (input.scope === 'operator' && input.worker !== undefined) {
    throw new RbeeError('invalid_body', 'An operator token cannot be limited to one worker', {
      next: 'Leave the worker out, or ask for the scope "publish"',
    })
  }
  const text = newTokenText(input.scope, ports.randomBytes)
  const id = Buffer.from(ports.randomBytes(TOKEN_ID_BYTES)).toString('hex')
  const now = ports.clock()
  const expiresAt = input.expires_in_seconds === undefined ? null : now + input.expires_in_seconds * 1000
  const worker = input.worker ?? null
  const token = {
    id,
    hash: hashToken(text),
    scope: input.scope,
    worker,
    createdAt: now,
    expiresAt,
    revokedAt: null,
    publisher: null,
    run: null,
  }
  const end = expiresAt === null ? 'valid until it is revoked' : `valid until ${rfc3339(expiresAt)}`
  const reason = `${input.scope} token ${actorOf(id)}, ${end}`
  const events = [staffEvent(caller, now, { action: 'create_token', worker, reason })]
  await ports.database.insertToken(token, { mail: input.mail ?? null, events })
  return {
    token: text,
    id,
    scope: input.scope,
    worker,
    expires_at: expiresAt === null ? null : rfc3339(expiresAt),
  }
}

/** Ends a token at once. Operators may end any, everybody their own. Fails with `not_found`. */
export async function revokeToken(ports: TokenPorts, caller: Caller, id: string): Promise<void> {
  if (caller.tokenId !== id) assertOperator(caller)
  if (id === OPERATOR.tokenId) {
    throw new RbeeError('forbidden', "The operator's own secret is not a stored token", {
      next: 'Change RBEE_OPERATOR_TOKEN and start the server again',
    })
  }
  const now = ports.clock()
  const isOwn = caller.tokenId === id
  const events = isOwn
    ? []
    : [staffEvent(caller, now, { action: 'revoke_token', reason: `token ${actorOf(id)}` })]
  if (!(await ports.database.revokeToken(id, now, events))) {
    throw new RbeeError('not_found', 'There is no valid token with this id')
  }
}

/** Checks the operator's own secret and returns what `authenticate` compares with; fails with `setting_invalid`. */
export function operatorHash(secret: string): Sha256 {
  if (!hasTokenForm(secret)) {
    throw new RbeeError('setting_invalid', 'RBEE_OPERATOR_TOKEN must be 8 to 256 visible ASCII characters', {
      next: 'Make one with: openssl rand -hex 32',
      details: { setting: 'RBEE_OPERATOR_TOKEN' },
    })
  }
  return hashToken(secret)
}

function tokenInvalid(message: string): RbeeError {
  return new RbeeError('token_invalid', message, {
    next: 'Check RBEE_TOKEN, or ask an operator for a new one',
  })
}

function rfc3339(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}

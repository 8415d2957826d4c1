import { assertOperator, type Caller } from '@rbee/registry'
import type { TokenScope } from '@rbee/schema'
import type { Context } from 'hono'
import type { Services } from '../services.ts'

/** Who is calling; fails with `token_missing`, `token_invalid` or `token_expired`. */
export function callerOf(context: Context, { registry }: Services): Promise<Caller> {
  return registry.authenticate(bearerToken(context.req.header('authorization')))
}

/** Who is calling a public address with a token; null for everybody else. Fails as {@link callerOf}. */
export async function givenCaller(context: Context, services: Services): Promise<Caller | null> {
  const token = bearerToken(context.req.header('authorization'))
  return token === null ? null : services.registry.authenticate(token)
}

/** Who is calling, where they may do what needs this scope; fails like {@link callerOf}, or with `forbidden`. */
export async function allowedCaller(
  context: Context,
  services: Services,
  scope: TokenScope,
): Promise<Caller> {
  const caller = await callerOf(context, services)
  if (scope === 'operator') assertOperator(caller)
  return caller
}

/** RFC 6750, 2.1. A field of another scheme counts as no token; whether the text can be a token is for the registry to say. */
export function bearerToken(authorization: string | undefined): string | null {
  return /^Bearer +(.*)$/i.exec(authorization ?? '')?.[1]?.trim() ?? null
}

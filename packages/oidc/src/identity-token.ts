import { hasDuplicateKeys, IDENTITY_TOKEN_MAX, RbeeError, tryParseJson } from '@rbee/schema'
import { z } from 'zod'

/**
 * How identity tokens may be signed. `none` is no signature, and HS256 would take the issuer's public key for a shared
 * secret (RFC 8725, sections 2.1 and 3.1).
 */
export const ALGORITHMS = ['RS256', 'ES256'] as const

/** Three parts in base64url (RFC 7515, section 3.1). */
const COMPACT_FORM = /^[\w-]+\.[\w-]+\.[\w-]+$/

const headerSchema = z.looseObject({
  alg: z.enum(ALGORITHMS, { error: `must be one of ${ALGORITHMS.join(', ')}` }),
  kid: z.string().min(1).max(200),
})

const secondsSchema = z.number().int().nonnegative()
const claimSchema = z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())])

/** What every identity token has to say (OpenID Connect Core 1.0, section 2). Nothing in it is nested. */
const claimsSchema = z
  .object({
    iss: z.string().max(500),
    aud: z.union([z.string(), z.tuple([z.string()]).transform(([only]) => only)]),
    exp: secondsSchema,
    iat: secondsSchema,
    nbf: secondsSchema.optional(),
    jti: z.string().min(1).max(200),
  })
  .catchall(claimSchema)

const NAMED = { ...headerSchema.shape, ...claimsSchema.shape }

/** An identity token whose form is right, and of which nothing is believed yet. */
export interface UncheckedToken {
  readonly text: string
  readonly header: z.infer<typeof headerSchema>
  readonly claims: z.infer<typeof claimsSchema>
}

/** Reads a JWT without believing it. Fails with `oidc_token_invalid`; no part of the token stands in the message. */
export function readToken(text: string): UncheckedToken {
  if (text.length > IDENTITY_TOKEN_MAX) throw malformed(`it is longer than ${IDENTITY_TOKEN_MAX} characters`)
  if (!COMPACT_FORM.test(text)) throw malformed('it is not a signed JWT of three parts')
  const [header = '', payload = ''] = text.split('.')
  return {
    text,
    header: readPart('header', header, headerSchema),
    claims: readPart('claims', payload, claimsSchema),
  }
}

function readPart<Schema extends z.ZodType>(name: string, encoded: string, schema: Schema): z.output<Schema> {
  const json = decoded(encoded)
  const value = json === null ? undefined : tryParseJson(json)
  if (json === null || value === undefined) throw malformed(`its ${name} are no JSON`)
  // Two programs could read two different runs out of it.
  if (hasDuplicateKeys(json)) throw malformed(`its ${name} state something twice`)
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const [issue] = result.error.issues
  // Only names that every token has are repeated: others were written by whoever sent it.
  const field = String(issue?.path[0] ?? '')
  const stated = Object.hasOwn(NAMED, field) ? `${field} ${issue?.message}` : 'something in them is nested'
  throw malformed(`its ${name} are not as expected: ${stated}`)
}

function decoded(base64url: string): string | null {
  try {
    const bytes = Uint8Array.from(atob(base64url.replaceAll('-', '+').replaceAll('_', '/')), (letter) =>
      letter.charCodeAt(0),
    )
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

/** @param reason says what of its form is wrong, and holds nothing of it. */
export function malformed(reason: string): RbeeError {
  return new RbeeError('oidc_token_invalid', `The identity token cannot be used: ${reason}`, {
    next: 'send the token of the run as its provider issued it',
  })
}

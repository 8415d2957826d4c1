import { canonicalize } from '@tufjs/canonical-json'
import { z } from 'zod'
import { isSignature, type Signer } from './keys.ts'
import type { Keys, RoleKeys } from './roles.ts'

/** Signatures that a file may carry: each costs a check. */
const SIGNATURES_MAX = 100
/** Deeper than any metadata. Canonical JSON is made recursively, and must not run out of stack. */
const DEPTH_MAX = 30

const envelopeSchema = z.looseObject({
  signed: z.looseObject({ _type: z.string() }),
  signatures: z
    .array(
      z.looseObject({
        keyid: z.string().max(200),
        // Empty ones stand for keys that have not signed.
        sig: z.string().regex(/^(?:[0-9a-f]{2}){0,1024}$/, 'must be hexadecimal'),
      }),
    )
    .max(SIGNATURES_MAX)
    .refine((all) => new Set(all.map(({ keyid }) => keyid)).size === all.length, 'must be one of each key'),
})

export interface Signature {
  readonly keyid: string
  readonly sig: string
}

/** A file of metadata: what is signed, the very bytes that are, and the signatures, none of which was checked yet. */
export interface Envelope<Signed> {
  readonly signed: Signed
  readonly canonical: Uint8Array
  readonly signatures: readonly Signature[]
}

/** The bytes are no metadata of the role that they should be of. */
export class MetadataMalformed extends Error {
  constructor(cause: unknown) {
    super(describe(cause), { cause })
    this.name = 'MetadataMalformed'
  }
}

/** Fails with {@link MetadataMalformed}. */
export function parseEnvelope<Schema extends z.ZodType>(
  bytes: Uint8Array,
  schema: Schema,
): Envelope<z.output<Schema>> {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    requireShallow(text)
    const { signed, signatures } = envelopeSchema.parse(JSON.parse(text))
    return { signed: schema.parse(signed), canonical: canonicalBytes(signed), signatures }
  } catch (cause) {
    throw new MetadataMalformed(cause)
  }
}

/** The bytes of a file that these keys sign. */
export function signedFile(signed: object, signers: readonly Signer[]): Uint8Array {
  const canonical = canonicalBytes(signed)
  const signatures = signers.map((signer) => ({ keyid: signer.keyId, sig: signer.sign(canonical) }))
  // Texts that are signed here hold nothing that canonical JSON leaves unescaped, so that it is JSON.
  return Buffer.concat([
    Buffer.from(`{"signatures":${JSON.stringify(signatures)},"signed":`),
    canonical,
    Buffer.from('}'),
  ])
}

/** How many of the role's keys signed. */
export function countSignatures(file: Envelope<unknown>, role: RoleKeys, keys: Keys): number {
  const wanted = new Set(role.keyids)
  return file.signatures.filter(({ keyid, sig }) => {
    const key = wanted.has(keyid) ? keys[keyid] : undefined
    return key !== undefined && isSignature(key, file.canonical, sig)
  }).length
}

function canonicalBytes(value: unknown): Uint8Array {
  return Buffer.from(canonicalize(value), 'utf8')
}

function requireShallow(text: string): void {
  let depth = 0
  let quoted = false
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index]
    if (quoted) {
      if (character === '\\') index += 1
      else if (character === '"') quoted = false
    } else if (character === '"') quoted = true
    else if (character === '{' || character === '[') depth += 1
    else if (character === '}' || character === ']') depth -= 1
    if (depth > DEPTH_MAX) throw new Error('it is nested too deeply')
  }
}

function describe(cause: unknown): string {
  if (cause instanceof z.ZodError) {
    const [first] = cause.issues
    return first === undefined ? 'it has another shape' : `${first.path.join('.') || 'it'}: ${first.message}`
  }
  return cause instanceof SyntaxError ? 'it is not JSON' : 'it cannot be read'
}

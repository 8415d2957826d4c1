import { createHash, type KeyObject, sign as signBytes, verify } from 'node:crypto'
import { publicBytesOf, publicKeyOf, SEED_BYTES, secretKeyOf } from '@rbee/ed25519'
import { RbeeError } from '@rbee/schema'
import { canonicalize } from '@tufjs/canonical-json'
import { z } from 'zod'

/** Cryptographically strong random bytes. */
export type RandomBytes = (length: number) => Uint8Array

/** A key as metadata names it (The Update Framework 1.0, section 4.2). */
export const publicKeySchema = z.looseObject({
  keytype: z.literal('ed25519', { error: 'must be an Ed25519 key' }),
  scheme: z.literal('ed25519', { error: 'must be the scheme ed25519' }),
  keyval: z.looseObject({ public: z.string().regex(/^[0-9a-f]{64}$/, 'must be 32 bytes in hexadecimal') }),
})
export type PublicKey = z.infer<typeof publicKeySchema>

/** Signs with one key. */
export interface Signer {
  readonly keyId: string
  readonly publicKey: PublicKey
  /** @returns the signature in hexadecimal (RFC 8032). */
  sign(bytes: Uint8Array): string
}

const PREFIX = 'ed25519:'

/** A new secret key as the text that is kept in a file or a Worker's secret: `ed25519:` and its seed in base64url. */
export function newSecretKey(randomBytes: RandomBytes): string {
  return PREFIX + Buffer.from(randomBytes(SEED_BYTES)).toString('base64url')
}

/**
 * Reads a secret key. Fails with `setting_invalid`, without showing the text.
 *
 * @param name of the setting or file that holds it, for the message.
 */
export function signerOf(text: string, name: string): Signer {
  const encoded = text.trim()
  const seed = Buffer.from(encoded.slice(PREFIX.length), 'base64url')
  if (!encoded.startsWith(PREFIX) || seed.length !== SEED_BYTES) {
    throw new RbeeError('setting_invalid', `${name} holds no secret key`, {
      next: 'it begins with "ed25519:" and is made by: rbee-catalog keys init',
    })
  }
  const secret = secretKeyOf(seed)
  const publicKey: PublicKey = {
    keytype: 'ed25519',
    scheme: 'ed25519',
    keyval: { public: Buffer.from(publicBytesOf(secret)).toString('hex') },
  }
  return {
    keyId: keyIdOf(publicKey),
    publicKey,
    sign: (bytes) => signBytes(null, bytes, secret).toString('hex'),
  }
}

/** The id of a key: SHA-256 of its canonical form, hexadecimal. */
export function keyIdOf(key: PublicKey): string {
  return createHash('sha256').update(canonicalize(key), 'utf8').digest('hex')
}

const verifiers = new WeakMap<PublicKey, KeyObject>()

/** Whether the hexadecimal signature is the key's over these bytes. */
export function isSignature(key: PublicKey, bytes: Uint8Array, signature: string): boolean {
  let verifier = verifiers.get(key)
  if (verifier === undefined) {
    verifier = publicKeyOf(Buffer.from(key.keyval.public, 'hex'))
    verifiers.set(key, verifier)
  }
  return verify(null, bytes, verifier, Buffer.from(signature, 'hex'))
}

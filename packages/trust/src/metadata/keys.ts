import {
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign as signBytes,
  verify,
} from 'node:crypto'
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
const SEED_BYTES = 32
/** PKCS #8 and SubjectPublicKeyInfo of an Ed25519 key up to its 32 bytes (RFC 8410, sections 4 and 7). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')
const SPKI = Buffer.from('302a300506032b6570032100', 'hex')

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
  const secret = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' })
  const spki = createPublicKey(secret).export({ format: 'der', type: 'spki' })
  const publicKey: PublicKey = {
    keytype: 'ed25519',
    scheme: 'ed25519',
    keyval: { public: Buffer.from(spki.subarray(-SEED_BYTES)).toString('hex') },
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
    const spki = Buffer.concat([SPKI, Buffer.from(key.keyval.public, 'hex')])
    verifier = createPublicKey({ key: spki, format: 'der', type: 'spki' })
    verifiers.set(key, verifier)
  }
  return verify(null, bytes, verifier, Buffer.from(signature, 'hex'))
}

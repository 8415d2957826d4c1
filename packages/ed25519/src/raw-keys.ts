import { Buffer } from 'node:buffer'
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'

/** Bytes of a public key (RFC 8032, section 5.1.5). */
export const KEY_BYTES = 32
/** Bytes of the secret that a key pair is made of (RFC 8032, section 5.1.5). */
export const SEED_BYTES = 32

/** PKCS #8 and SubjectPublicKeyInfo of an Ed25519 key up to its 32 bytes (RFC 8410, sections 7 and 4). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')
const SPKI = Buffer.from('302a300506032b6570032100', 'hex')

/** The secret key of a seed. Fails with a `RangeError` where it is not {@link SEED_BYTES} long. */
export function secretKeyOf(seed: Uint8Array): KeyObject {
  if (seed.length !== SEED_BYTES)
    throw new RangeError(`A seed has ${SEED_BYTES} bytes, this one ${seed.length}`)
  return createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' })
}

/**
 * The public key of its bytes, which need not be a point of the curve. Fails with a `RangeError` where they are not
 * {@link KEY_BYTES} long.
 */
export function publicKeyOf(bytes: Uint8Array): KeyObject {
  if (bytes.length !== KEY_BYTES)
    throw new RangeError(`A public key has ${KEY_BYTES} bytes, this one ${bytes.length}`)
  return createPublicKey({ key: Buffer.concat([SPKI, bytes]), format: 'der', type: 'spki' })
}

/** The {@link KEY_BYTES} of the public key that belongs to a secret one. */
export function publicBytesOf(secret: KeyObject): Uint8Array {
  return createPublicKey(secret).export({ format: 'der', type: 'spki' }).subarray(SPKI.length)
}

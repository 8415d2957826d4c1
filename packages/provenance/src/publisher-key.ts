import { createHash, createPrivateKey, type KeyObject, sign as signBytes, verify } from 'node:crypto'
import { Point } from '@noble/ed25519'
import { KEY_BYTES, publicBytesOf, publicKeyOf, SEED_BYTES, secretKeyOf } from '@rbee/ed25519'
import { type PublisherKey, RbeeError } from '@rbee/schema'
import { decodeBase64, encodeBase64 } from './base64.ts'

/** Signs with one publisher's key. */
export interface PublisherSigner {
  readonly key: PublisherKey
  sign(bytes: Uint8Array): Uint8Array
}

const SIGNATURE_BYTES = 64

/** A new secret key as PEM (PKCS #8), which `openssl pkey` reads, too. `randomBytes` has to be cryptographically strong. */
export function newPublisherKey(randomBytes: (length: number) => Uint8Array): string {
  return secretKeyOf(randomBytes(SEED_BYTES)).export({ format: 'pem', type: 'pkcs8' }).toString()
}

/**
 * Reads a secret key in PEM. Fails with `publisher_key_invalid`, without showing the text.
 *
 * @param name of the file or variable that holds it, for the message.
 */
export function publisherSignerOf(pem: string, name: string): PublisherSigner {
  const secret = readSecretKey(pem, name)
  return {
    key: publisherKeyOf(publicBytesOf(secret)),
    sign: (bytes) => signBytes(null, bytes, secret),
  }
}

function readSecretKey(pem: string, name: string): KeyObject {
  const next = 'it is a PEM file (PKCS #8) as made by: rbee-publish key new'
  let secret: KeyObject
  try {
    secret = createPrivateKey({ key: pem, format: 'pem' })
  } catch {
    // What the library says of it may quote the secret.
    throw new RbeeError('publisher_key_invalid', `${name} holds no secret key that can be read`, { next })
  }
  if (secret.asymmetricKeyType === 'ed25519') return secret
  throw new RbeeError('publisher_key_invalid', `${name} holds no Ed25519 key`, { next })
}

/** The key of 32 bytes, with its id. */
export function publisherKeyOf(bytes: Uint8Array): PublisherKey {
  return { key_id: createHash('sha256').update(bytes).digest('hex'), public_key: encodeBase64(bytes) }
}

/** Public keys that were found to be proper: looking at a point takes milliseconds, and histories are followed often. */
const proper = new Set<string>()
const PROPER_KEPT = 10_000

/**
 * Fails with `publisher_key_invalid` for what is no proper Ed25519 key: bytes that are no point of the curve, or one of the
 * points with which anybody can make signatures that hold (RFC 8032, section 5.1.7, leaves those to who verifies); and for
 * an id that is not the key's.
 */
export function assertPublisherKey(key: PublisherKey): void {
  const bytes = decodeBase64(key.public_key)
  if (bytes === null || bytes.length !== KEY_BYTES) throw unusable('its public key is not 32 bytes in base64')
  if (publisherKeyOf(bytes).key_id !== key.key_id) throw unusable('its id is not the SHA-256 of the key')
  if (proper.has(key.public_key)) return
  let point: Point
  try {
    point = Point.fromBytes(bytes)
  } catch (cause) {
    throw unusable('its bytes are no point of the curve', cause)
  }
  if (!point.isTorsionFree() || point.isSmallOrder()) throw unusable('it is a point of small or mixed order')
  if (proper.size >= PROPER_KEPT) proper.clear()
  proper.add(key.public_key)
}

function unusable(reason: string, cause?: unknown): RbeeError {
  return new RbeeError('publisher_key_invalid', `This is no usable Ed25519 key: ${reason}`, {
    next: 'make one with: rbee-publish key new',
    cause,
  })
}

/** Whether the signature is the key's over these bytes. The key has to be one that {@link assertPublisherKey} lets pass. */
export function isPublisherSignature(key: PublisherKey, bytes: Uint8Array, signature: Uint8Array): boolean {
  const raw = decodeBase64(key.public_key)
  if (raw === null || raw.length !== KEY_BYTES || signature.length !== SIGNATURE_BYTES) return false
  return verify(null, bytes, publicKeyOf(raw), signature)
}

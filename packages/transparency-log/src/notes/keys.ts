import { Buffer } from 'node:buffer'
import { createHash, sign as signBytes, verify as verifyBytes } from 'node:crypto'
import { KEY_BYTES, publicBytesOf, publicKeyOf, SEED_BYTES, secretKeyOf } from '@rbee/ed25519'
import { RbeeError } from '@rbee/schema'

/** The first byte of a key in a note: what it is for and how (C2SP signed-note). */
const ED25519 = 0x01
const NAME_MAX = 255

/** Who signs: the name that stands on a signature's line. */
interface NoteKey {
  readonly name: string
  /** First four bytes of a hash over name and key, so that a verifier finds the line that is meant for it. */
  readonly id: number
}

export interface NoteVerifier extends NoteKey {
  /** The public key as `NAME+ID+BASE64`, the form in which it is handed on. */
  readonly text: string
  verify(message: Uint8Array, signature: Uint8Array): boolean
}

export interface NoteSigner extends NoteKey {
  readonly verifier: NoteVerifier
  sign(message: Uint8Array): Uint8Array
}

/**
 * Reads a public key: `NAME+ID+BASE64`, after the C2SP specification signed-note. Fails with `usage`.
 * Source: https://c2sp.org/signed-note
 */
export function parseVerifierKey(text: string): NoteVerifier {
  const match = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/u.exec(text.trim())
  const [, name = '', id = '', base64 = ''] = match ?? []
  const bytes = Buffer.from(base64, 'base64')
  if (match === null || bytes.length !== 1 + KEY_BYTES || bytes[0] !== ED25519 || !isKeyName(name)) {
    throw notAKey('NAME+ID+BASE64')
  }
  const verifier = verifierOf(name, bytes.subarray(1))
  if (verifier.id !== Number.parseInt(id, 16)) throw notAKey('NAME+ID+BASE64 whose id belongs to the key')
  return verifier
}

/** Reads a secret key: `PRIVATE+KEY+NAME+ID+BASE64`. Fails with `setting_invalid`, which never shows the text. */
export function parseSignerKey(text: string): NoteSigner {
  const match = /^PRIVATE\+KEY\+([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/u.exec(text.trim())
  const [, name = '', id = '', base64 = ''] = match ?? []
  const bytes = Buffer.from(base64, 'base64')
  if (match === null || bytes.length !== 1 + SEED_BYTES || bytes[0] !== ED25519 || !isKeyName(name)) {
    throw notASecretKey()
  }
  const signer = signerOf(name, bytes.subarray(1))
  if (signer.id !== Number.parseInt(id, 16)) throw notASecretKey()
  return signer
}

/**
 * Makes a secret key of 32 random bytes, in the form that {@link parseSignerKey} reads.
 *
 * @param name without white space and plus signs; by convention an address of the log without its scheme.
 */
export function newSignerKey(name: string, seed: Uint8Array): string {
  if (!isKeyName(name) || seed.length !== SEED_BYTES) throw new RangeError('Not a name and seed of a key')
  const { id } = signerOf(name, seed)
  const key = Buffer.from([ED25519, ...seed]).toString('base64')
  return `PRIVATE+KEY+${name}+${hexId(id)}+${key}`
}

export function isKeyName(name: string): boolean {
  return name.length > 0 && name.length <= NAME_MAX && !/[\s+\p{Cc}]/u.test(name)
}

function signerOf(name: string, seed: Uint8Array): NoteSigner {
  const key = secretKeyOf(seed)
  const verifier = verifierOf(name, publicBytesOf(key))
  return {
    name,
    id: verifier.id,
    verifier,
    sign: (message) => new Uint8Array(signBytes(null, message, key)),
  }
}

function verifierOf(name: string, bytes: Uint8Array): NoteVerifier {
  const key = publicKeyOf(bytes)
  const typed = Buffer.from([ED25519, ...bytes])
  const id = createHash('sha256').update(`${name}\n`).update(typed).digest().readUInt32BE(0)
  return {
    name,
    id,
    text: `${name}+${hexId(id)}+${typed.toString('base64')}`,
    verify: (message, signature) => verifyBytes(null, message, key, signature),
  }
}

function hexId(id: number): string {
  return id.toString(16).padStart(8, '0')
}

function notAKey(form: string): RbeeError {
  return new RbeeError('usage', `The log's key is not of the form ${form}`, {
    next: 'Copy the key that the registry prints at its start, whole',
  })
}

function notASecretKey(): RbeeError {
  return new RbeeError(
    'setting_invalid',
    "The log's secret key is not of the form PRIVATE+KEY+NAME+ID+BASE64",
    {
      next: 'Make one with: rbee-catalog log key --name NAME',
    },
  )
}

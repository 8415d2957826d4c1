import { Buffer } from 'node:buffer'
import { RbeeError } from '@rbee/schema'
import type { NoteSigner, NoteVerifier } from './keys.ts'

// Texts with signatures below them, after the C2SP specification signed-note: https://c2sp.org/signed-note

/** Largest note that is read, in bytes. */
export const NOTE_MAX_BYTES = 64 * 1024
const MAX_SIGNATURES = 100
const KEY_ID_BYTES = 4
const SIGNATURE_LINE = /^— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/u

/** @param text ends with a newline. */
export function signNote(text: string, signer: NoteSigner): string {
  if (!isNoteText(text)) throw new RangeError('The text cannot be that of a note')
  const id = Buffer.alloc(KEY_ID_BYTES)
  id.writeUInt32BE(signer.id)
  const signature = Buffer.concat([id, signer.sign(new TextEncoder().encode(text))])
  return `${text}\n— ${signer.name} ${signature.toString('base64')}\n`
}

/**
 * The text of a note that bears the verifier's signature; others beside it are passed over. Fails with `log_invalid`
 * for what is no note, and with `log_signature_invalid`.
 */
export function openNote(bytes: Uint8Array, verifier: NoteVerifier): string {
  const { text, lines } = splitNote(bytes)
  const message = new TextEncoder().encode(text)
  for (const line of lines) {
    const [, name, base64 = ''] = SIGNATURE_LINE.exec(line) ?? []
    if (name === undefined) throw notANote()
    const signature = Buffer.from(base64, 'base64')
    // Decoding passes over bits behind the last byte; encoding again shows them.
    if (signature.length <= KEY_ID_BYTES || signature.toString('base64') !== base64) throw notANote()
    if (name !== verifier.name || signature.readUInt32BE(0) !== verifier.id) continue
    if (verifier.verify(message, signature.subarray(KEY_ID_BYTES))) return text
    throw new RbeeError(
      'log_signature_invalid',
      `The signature of "${verifier.name}" does not belong to this text`,
    )
  }
  throw new RbeeError('log_signature_invalid', `It is not signed with the key of "${verifier.name}"`, {
    details: { key: verifier.text },
  })
}

function splitNote(bytes: Uint8Array): { text: string; lines: string[] } {
  if (bytes.length > NOTE_MAX_BYTES) throw notANote()
  const note = decoded(bytes)
  const end = note.lastIndexOf('\n\n')
  const text = note.slice(0, end + 1)
  const signatures = note.slice(end + 2)
  if (end < 0 || !signatures.endsWith('\n') || !isNoteText(text)) throw notANote()
  const lines = signatures.slice(0, -1).split('\n')
  if (lines.length > MAX_SIGNATURES) throw notANote()
  return { text, lines }
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause
    throw notANote(cause)
  }
}

/** Ends with a newline and holds no other control characters of ASCII. */
function isNoteText(text: string): boolean {
  return text.endsWith('\n') && [...text].every((character) => character >= ' ' || character === '\n')
}

function notANote(cause?: unknown): RbeeError {
  return new RbeeError('log_invalid', 'It is not a signed note', { cause })
}

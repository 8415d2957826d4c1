import { Buffer } from 'node:buffer'

export function encodeBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}

/**
 * The bytes of a base64 text with padding (RFC 4648, section 4); null where the text is not exactly what encoding them
 * gives. So no two texts mean the same bytes, and a changed bit behind the last byte does not go unseen.
 */
export function decodeBase64(text: string): Uint8Array | null {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : null
}

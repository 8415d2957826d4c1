import { type Sha256, sha256Schema } from '@rbee/schema'

/** SHA-256 of bytes, by Web Crypto, which both runtimes have. */
export async function sha256Hex(bytes: Uint8Array<ArrayBuffer>): Promise<Sha256> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return sha256Schema.parse(Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join(''))
}

import { RbeeError } from '@rbee/schema'

/**
 * Checks `X-Hub-Signature-256`: `sha256=` and the HMAC-SHA256 of the bytes of the body, as GitHub documents it. Web Crypto
 * compares in constant time, so that no answer tells how much of a guess was right. Fails with `signature_missing` or
 * `signature_invalid`.
 */
export async function verifySignature(
  body: Uint8Array<ArrayBuffer>,
  field: string | undefined,
  secret: string,
): Promise<void> {
  if (field === undefined || field === '') {
    throw new RbeeError('signature_missing', 'The field X-Hub-Signature-256 is missing', {
      next: "state the server's RBEE_GITHUB_WEBHOOK_SECRET as the secret of the webhook",
    })
  }
  const hex = /^sha256=([0-9a-f]{64})$/i.exec(field)?.[1]
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', new TextEncoder().encode(secret), algorithm, false, [
    'verify',
  ])
  if (hex !== undefined && (await crypto.subtle.verify(algorithm, key, bytesOf(hex), body))) return
  throw new RbeeError('signature_invalid', 'X-Hub-Signature-256 is not the signature of this body', {
    next: 'compare the secret of the webhook with RBEE_GITHUB_WEBHOOK_SECRET of the server',
  })
}

function bytesOf(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: hex.length / 2 }, (_, index) =>
    Number.parseInt(hex.slice(index * 2, index * 2 + 2), 16),
  )
}

import { Buffer } from 'node:buffer'
import {
  canonicalJson,
  describeIssues,
  type Envelope,
  envelopeSchema,
  hasDuplicateKeys,
  type PublisherKey,
  RbeeError,
  STATEMENT_MAX_BYTES,
  tryParseJson,
} from '@rbee/schema'
import { decodeBase64, encodeBase64 } from './base64.ts'
import { isPublisherSignature, type PublisherSigner } from './publisher-key.ts'

// DSSE 1.0 (Dead Simple Signing Envelope): what is signed is the bytes of the payload together with their type, so that no
// reader has to bring JSON into a canonical form, and a payload is never taken for one of another type.

/** Media type of an envelope. */
export const ENVELOPE_MEDIA_TYPE = 'application/vnd.dsse.envelope.v1+json'
/** Largest envelope as JSON, in bytes: a statement of the largest size in base64, and its signatures. */
export const ENVELOPE_MAX_BYTES = 4 * Math.ceil(STATEMENT_MAX_BYTES / 3) + 8 * 1024

/** What an envelope holds, once every signature on it was checked. */
export interface OpenedEnvelope {
  readonly payloadType: string
  readonly payload: Uint8Array
  /** Ids of the keys that signed, each once. */
  readonly keyIds: readonly string[]
}

/** Signs a payload with each of the keys. */
export function signEnvelope(
  payloadType: string,
  payload: Uint8Array,
  signers: readonly PublisherSigner[],
): Envelope {
  const signed = preAuthEncoding(payloadType, payload)
  return envelopeSchema.parse({
    payloadType,
    payload: encodeBase64(payload),
    signatures: signers.map(({ key, sign }) => ({ keyid: key.key_id, sig: encodeBase64(sign(signed)) })),
  })
}

/** The bytes in which an envelope is stored and served. */
export function envelopeBytes(envelope: Envelope): Uint8Array {
  return Buffer.from(canonicalJson(envelope), 'utf8')
}

/** Reads an envelope; fails with `envelope_invalid` for anything but one JSON object of this very shape. */
export function parseEnvelope(bytes: Uint8Array): Envelope {
  if (bytes.length > ENVELOPE_MAX_BYTES) throw invalid(`it is larger than ${ENVELOPE_MAX_BYTES} bytes`)
  const text = utf8Text(bytes)
  const value = text === null ? undefined : tryParseJson(text)
  if (text === null || value === undefined) throw invalid('it is no JSON in UTF-8')
  if (hasDuplicateKeys(text)) throw invalid('it has a key twice')
  const parsed = envelopeSchema.safeParse(value)
  if (!parsed.success) throw invalid(describeIssues(parsed.error))
  return parsed.data
}

/**
 * Checks every signature of an envelope. One that does not hold, or is by none of the keys, makes it invalid as a whole, so
 * that nothing on it is without meaning. Fails with `envelope_invalid`.
 *
 * @param keys that may have signed; proper ones (`assertPublisherKey`).
 */
export function openEnvelope(envelope: Envelope, keys: readonly PublisherKey[]): OpenedEnvelope {
  const { payloadType } = envelope
  const payload = decodeBase64(envelope.payload)
  if (payload === null) throw invalid('its payload is not exact base64')
  const signed = preAuthEncoding(payloadType, payload)
  const keyIds = new Set<string>()
  for (const { keyid, sig } of envelope.signatures) {
    const key = keys.find(({ key_id }) => key_id === keyid)
    if (key === undefined) throw invalid(`it is signed by a key that is not expected: ${keyid}`)
    if (keyIds.has(keyid)) throw invalid(`it is signed twice by the key ${keyid}`)
    const signature = decodeBase64(sig)
    if (signature === null || !isPublisherSignature(key, signed, signature)) {
      throw invalid(`the signature by the key ${keyid} does not hold`)
    }
    keyIds.add(keyid)
  }
  if (keyIds.size === 0) throw invalid('nobody signed it')
  return { payloadType, payload, keyIds: [...keyIds] }
}

/** What is signed: `DSSEv1`, and length and bytes of type and payload, so that no two pairs of them are the same bytes. */
export function preAuthEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const type = Buffer.from(payloadType, 'utf8')
  return Buffer.concat([
    Buffer.from(`DSSEv1 ${type.length} `, 'utf8'),
    type,
    Buffer.from(` ${payload.length} `, 'utf8'),
    payload,
  ])
}

/** Null where the bytes are no UTF-8. */
export function utf8Text(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (error) {
    if (error instanceof TypeError) return null
    throw error
  }
}

function invalid(reason: string): RbeeError {
  return new RbeeError('envelope_invalid', `The envelope is not valid: ${reason}`)
}

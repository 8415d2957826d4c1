import { Buffer } from 'node:buffer'
import { generateKeyPairSync, type JsonWebKey, type KeyObject, sign } from 'node:crypto'

/** A key of a provider, with its public half as the provider lists it. */
export interface SigningKey {
  readonly kid: string
  readonly alg: 'RS256' | 'ES256'
  readonly secret: KeyObject
  readonly listed: JsonWebKey & { readonly kid: string; readonly alg: string; readonly use: string }
}

/** @param bits of an RSA key. */
export function signingKey(kid: string, alg: SigningKey['alg'] = 'RS256', bits = 2048): SigningKey {
  const { publicKey, privateKey } =
    alg === 'RS256'
      ? generateKeyPairSync('rsa', { modulusLength: bits })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return {
    kid,
    alg,
    secret: privateKey,
    listed: { ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' },
  }
}

/** What is put into a token in place of what belongs there; texts go in as they are. */
export interface HostileToken {
  readonly header?: object | string
  readonly payload?: string
  readonly signature?: string
}

/** A JWT in the compact form (RFC 7515, section 3.1), made without the library that reads it. */
export function signedToken(key: SigningKey, claims: object, hostile: HostileToken = {}): string {
  const header = hostile.header ?? { alg: key.alg, typ: 'JWT', kid: key.kid }
  const parts = [header, hostile.payload ?? claims].map((part) =>
    Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url'),
  )
  const signed = parts.join('.')
  return `${signed}.${hostile.signature ?? signatureOf(key, signed)}`
}

function signatureOf({ alg, secret }: SigningKey, text: string): string {
  const bytes =
    alg === 'RS256'
      ? sign('sha256', Buffer.from(text), secret)
      : sign('sha256', Buffer.from(text), { key: secret, dsaEncoding: 'ieee-p1363' })
  return bytes.toString('base64url')
}

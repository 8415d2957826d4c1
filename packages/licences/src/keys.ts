import { Buffer } from 'node:buffer'
import { createHash, createHmac } from 'node:crypto'
import { publicBytesOf, SEED_BYTES, secretKeyOf } from '@rbee/ed25519'
import { LEASE_PREFIX, LICENSE_PREFIX, type LicenseKey, licenseKeySchema, RbeeError } from '@rbee/schema'
import { CompactSign, type CryptoKey, importJWK } from 'jose'
import {
  ALGORITHM,
  LEASE_TYPE,
  type LeaseClaims,
  LICENSE_TYPE,
  type LicenseClaims,
  leaseClaimsSchema,
  licenseClaimsSchema,
} from './claims.ts'
import { createLinks, type Links } from './links.ts'

/** What checks licences. */
export interface LicenseVerifier {
  readonly publicKey: LicenseKey
  key(): Promise<CryptoKey>
}

/** What signs licences, the leases of their seats, and the addresses that they open. */
export interface LicenseSigner {
  readonly verifier: LicenseVerifier
  readonly links: Links
  /** The text of the token. */
  issue(claims: LicenseClaims): Promise<string>
  /** The text of the lease of a seat. */
  lease(claims: LeaseClaims): Promise<string>
}

const PREFIX = 'license-ed25519:'

/** A new secret key as the text that is kept in a file or a Worker's secret. @param seed 32 random bytes. */
export function newLicenseKey(seed: Uint8Array): string {
  if (seed.length !== SEED_BYTES) throw new RangeError('A key is made of 32 bytes')
  return PREFIX + Buffer.from(seed).toString('base64url')
}

/**
 * Reads a secret key. Fails with `setting_invalid`, without showing the text.
 *
 * @param name of the setting or file that holds it, for the message.
 */
export function licenseSignerOf(text: string, name: string): LicenseSigner {
  const encoded = text.trim()
  const seed = Buffer.from(encoded.slice(PREFIX.length), 'base64url')
  if (!encoded.startsWith(PREFIX) || seed.length !== SEED_BYTES) {
    throw new RbeeError('setting_invalid', `${name} holds no secret key of licences`, {
      next: 'put it back from a backup, or make one with: rbee-catalog license key',
    })
  }
  const bytes = publicBytesOf(secretKeyOf(seed))
  const x = Buffer.from(bytes).toString('base64url')
  const verifier = licenseVerifier({ key_id: keyIdOf(bytes), public_key: x })
  let signing: Promise<CryptoKey> | null = null
  const sign = async (claims: LicenseClaims | LeaseClaims, typ: string) => {
    signing ??= importKey({ kty: 'OKP', crv: 'Ed25519', x, d: seed.toString('base64url') })
    const payload = new TextEncoder().encode(JSON.stringify(claims))
    const header = { alg: ALGORITHM, typ, kid: verifier.publicKey.key_id }
    return new CompactSign(payload).setProtectedHeader(header).sign(await signing)
  }
  return {
    verifier,
    // Another secret than the one that signs, although it comes from the same file.
    links: createLinks(createHmac('sha256', seed).update('rbee licensed downloads').digest()),
    issue: async (claims) => LICENSE_PREFIX + (await sign(licenseClaimsSchema.parse(claims), LICENSE_TYPE)),
    lease: async (claims) => LEASE_PREFIX + (await sign(leaseClaimsSchema.parse(claims), LEASE_TYPE)),
  }
}

/** Fails with `registry_invalid` for something that is no key, or whose id is not its own. */
export function licenseVerifier(stated: unknown): LicenseVerifier {
  const parsed = licenseKeySchema.safeParse(stated)
  if (!parsed.success || keyIdOf(Buffer.from(parsed.data.public_key, 'base64url')) !== parsed.data.key_id) {
    throw new RbeeError('registry_invalid', 'What the registry shows as its key of licences is no key')
  }
  const { data: publicKey } = parsed
  let imported: Promise<CryptoKey> | null = null
  return {
    publicKey,
    key() {
      imported ??= importKey({ kty: 'OKP', crv: 'Ed25519', x: publicKey.public_key })
      return imported
    },
  }
}

function keyIdOf(publicKey: Uint8Array): string {
  return createHash('sha256').update(publicKey).digest('hex')
}

async function importKey(jwk: { kty: 'OKP'; crv: 'Ed25519'; x: string; d?: string }): Promise<CryptoKey> {
  const key = await importJWK(jwk, 'EdDSA')
  if (key instanceof Uint8Array) throw new Error('A key pair was imported as a shared secret')
  return key
}

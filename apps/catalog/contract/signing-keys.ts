import type { RandomBytes } from '@rbee/registry'
import type { SignedRootInput } from '@rbee/schema'
import { makeRoot, makeTargets, newSecretKey, type Signer, signerOf } from '@rbee/trust'

const DAY_MS = 86_400_000

/** A key for a server, and the first root of an operator who keeps another key to themselves. */
export function signingKeys(randomBytes: RandomBytes): { secret: string; first: SignedRootInput } {
  const secret = newSecretKey(randomBytes)
  const online = signerOf(secret, 'the test')
  const offline = signerOf(newSecretKey(randomBytes), 'the test')
  return { secret, first: rootOf(online, offline, 1) }
}

function rootOf(online: Signer, offline: Signer, version: number): SignedRootInput {
  const validity = { version, now: Date.now(), lifetimeMs: 365 * DAY_MS }
  const keys = { offline: [offline.publicKey], threshold: 1, online: online.publicKey }
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
  return {
    roots: [text(makeRoot(keys, validity, [offline]))],
    targets: text(makeTargets(online.publicKey, validity, [offline])),
  }
}

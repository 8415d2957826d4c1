export { aPublisherSigner as aSigner } from '@rbee/testing'

import {
  digestSchema,
  type KeyChange,
  type ProvenanceSubject,
  RbeeError,
  sha256Schema,
  variantNameSchema,
  versionSchema,
  workerIdSchema,
} from '@rbee/schema'
import { type SignedKeyChange, signKeyChange } from './key-authorization.ts'
import { extendHistory, historyHash, type KeyHistory } from './key-history.ts'
import type { PublisherSigner } from './publisher-key.ts'
import type { Provenance } from './slsa.ts'

export const WORKER = workerIdSchema.parse('echo-worker')

/** So many minutes after the beginning of 2026. */
export function minute(number: number): string {
  return new Date(Date.UTC(2026, 0, 1, 0, number)).toISOString()
}

export function aSubject(overrides: Partial<ProvenanceSubject> = {}): ProvenanceSubject {
  return {
    worker: WORKER,
    version: versionSchema.parse('1.0.0'),
    platform: 'linux-x86_64',
    variant: variantNameSchema.parse('cpu'),
    digest: digestSchema.parse(`sha256:${'1'.repeat(64)}`),
    ...overrides,
  }
}

export function aProvenance(overrides: Partial<Provenance> = {}): Provenance {
  return {
    subject: aSubject(),
    release: sha256Schema.parse('2'.repeat(64)),
    source: {
      repository: 'https://git.example/workers.git',
      ref: 'refs/heads/main',
      commit: 'c'.repeat(40),
      changed: false,
    },
    builtHere: true,
    builder: 'https://rbee.dev/docs/provenance/local-machine/v1',
    invocation: null,
    startedOn: minute(0),
    finishedOn: minute(1),
    ...overrides,
  }
}

/** A change that is signed for the end of a history. */
export function aChange(
  history: KeyHistory,
  { change, key, reason = 'as planned' }: Pick<SignedKeyChange, 'change' | 'key'> & { reason?: string },
  signers: readonly PublisherSigner[],
  at = minute(history.changes.length),
): KeyChange {
  const { worker, changes } = history
  return { ...signKeyChange({ worker, change, key, reason, previous: historyHash(changes) }, signers), at }
}

/** An operator's reset. */
export function aReset(key: PublisherSigner | null, at: string): KeyChange {
  return { change: 'staff_reset', key: key?.key ?? null, at, reason: 'key lost', authorization: null }
}

/** The history after a key was bound as the first. */
export function bound(history: KeyHistory, signer: PublisherSigner): KeyHistory {
  return extendHistory(history, aChange(history, { change: 'bound', key: signer.key }, [signer]))
}

/** The history after `by` let another key in. */
export function added(history: KeyHistory, signer: PublisherSigner, by: PublisherSigner): KeyHistory {
  return extendHistory(history, aChange(history, { change: 'added', key: signer.key }, [by, signer]))
}

/** The history after `by` took a key out. */
export function revoked(history: KeyHistory, signer: PublisherSigner, by: PublisherSigner): KeyHistory {
  return extendHistory(history, aChange(history, { change: 'revoked', key: signer.key }, [by]))
}

/** The code that a call fails with, or `accepted`. Other failures than an `RbeeError` are thrown on. */
export function refusal(action: () => unknown): string {
  try {
    action()
    return 'accepted'
  } catch (error) {
    if (error instanceof RbeeError) return error.code
    throw error
  }
}

import { createHash } from 'node:crypto'
import type { RegistryClient } from '@rbee/api-client'
import { ENVELOPE_MAX_BYTES, parseEnvelope } from '@rbee/provenance'
import { type Envelope, type ProvenanceDocument, type ProvenanceSubject, RbeeError } from '@rbee/schema'

/**
 * The envelope that a release's document names. Fails with `provenance_missing` where the registry does not give it, and with
 * `provenance_invalid` for another one.
 */
export async function fetchEnvelope(
  client: Pick<RegistryClient, 'provenance'>,
  subject: ProvenanceSubject,
  named: Pick<ProvenanceDocument, 'sha256' | 'size'>,
  signal: AbortSignal,
): Promise<Envelope> {
  const name = `${subject.worker} ${subject.version} (${subject.variant})`
  const other = () => invalid(name, 'it is not the one that the registry signed')
  if (named.size > ENVELOPE_MAX_BYTES) throw invalid(name, `it has ${named.size} bytes`)
  const bytes = await client.provenance(subject, named.size, { signal, excess: other })
  if (bytes === null) {
    throw new RbeeError('provenance_missing', `The registry does not give the provenance of ${name}`, {
      next: NEXT,
    })
  }
  if (sha256(bytes) !== named.sha256) throw other()
  try {
    return parseEnvelope(bytes)
  } catch (error) {
    if (!(error instanceof RbeeError)) throw error
    throw invalid(name, error.message, error)
  }
}

const NEXT = 'nothing was changed; try again, and tell the operator of the registry if it stays'

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function invalid(name: string, what: string, cause?: unknown): RbeeError {
  return new RbeeError('provenance_invalid', `The provenance of ${name} cannot be used: ${what}`, {
    next: NEXT,
    cause,
  })
}

import { addressSchema, RbeeError, type ReleaseDocument, versionSchema } from '@rbee/schema'

/** What a user typed for a worker: `llm-worker`, `llm-worker-cuda`, `llm-worker@0.1.0`. */
export interface WorkerAddress {
  readonly address: string
  /** Null means the latest. */
  readonly version: string | null
}

/** Fails with `invalid_id` or `invalid_version`. */
export function parseWorkerAddress(text: string | undefined, versionOption?: string): WorkerAddress {
  const at = text?.indexOf('@') ?? -1
  const address = addressSchema.safeParse(at === -1 ? text : text?.slice(0, at))
  if (!address.success || address.data.startsWith('-')) {
    throw new RbeeError('invalid_id', `"${text ?? ''}" is not the address of a worker`, {
      next: 'ids hold lower-case letters, digits and hyphens, for example llm-worker or llm-worker@0.1.0',
    })
  }
  const version = versionOption ?? (at === -1 ? null : (text?.slice(at + 1) ?? null))
  if (version !== null && version !== 'latest' && !versionSchema.safeParse(version).success) {
    throw new RbeeError('invalid_version', `"${version}" is not a version such as 0.1.0`, {
      next: 'leave it out for the latest release',
    })
  }
  return { address: address.data, version: version === 'latest' ? null : version }
}

/**
 * The variant that an address names, or null when it names the worker as a whole: `llm-worker-cuda`, its alias
 * `llm-worker-rbee-cuda`, or the bare word of a backend.
 */
export function variantOfAddress(address: string, release: ReleaseDocument): string | null {
  if (address === release.worker) return null
  const canonical = address.startsWith(`${release.worker}-rbee`)
    ? address.replace(`${release.worker}-rbee`, release.worker)
    : address
  const variant = release.variants.find(({ id, backend }) => id === canonical || backend === canonical)
  return variant?.name ?? null
}

/** Whether a user's word for a worker on this machine means it: its id, or an address of the variant that is there. */
export function meansInstalled(text: string, { id, variant }: { id: string; variant: string }): boolean {
  return [id, `${id}-${variant}`, `${id}-rbee`, `${id}-rbee-${variant}`].includes(text)
}

import type { Evidence } from './evidence.ts'

/** What spoke for a build when it was installed, in one line; null where nothing was there to ask. */
export function describeEvidence({ log, publisher }: Evidence): string | null {
  const parts = [
    log === null ? null : `entry ${log.index} of the registry's public log`,
    publisher === null ? null : `signed by its publisher (key ${publisher.key_ids.join(' and ')})`,
  ].filter((part) => part !== null)
  return parts.length === 0 ? null : parts.join(', ')
}

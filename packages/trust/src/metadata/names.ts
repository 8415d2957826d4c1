import { createHash } from 'node:crypto'

/** The one file of metadata that is replaced; all others are written once. */
export const TIMESTAMP = 'timestamp.json'

/** The file of a role: with consistent snapshots each version has its own (section 7 of the specification). */
export function metadataFile(role: string, version: number): string {
  return `${version}.${role}.json`
}

/** Every name that metadata is asked for under. */
export const METADATA_FILE =
  /^(?:timestamp|[1-9]\d{0,15}\.(?:root|targets|snapshot|bin-[0-9a-f]{1,4}))\.json$/

/** Where a file that metadata lists is found: its digest before its name, in its folder (section 7). */
export function targetFile(path: string, sha256: string): string {
  const name = path.lastIndexOf('/') + 1
  return `targets/${path.slice(0, name)}${sha256}.${path.slice(name)}`
}

/** The path of the file that lists the addresses and documents of a worker. */
export function workerTarget(worker: string): string {
  return `workers/${worker}.json`
}

/** The path of the file that names the registry's transparency log and its key. */
export const LOG_TARGET = 'log.json'

/** SHA-256 in hexadecimal. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

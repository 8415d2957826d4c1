import { Buffer } from 'node:buffer'
import { createHmac } from 'node:crypto'
import { daySchema, type Sha256 } from '@rbee/schema'
import { z } from 'zod'
import { jsonBytes, readJson } from '../documents/json-bytes.ts'
import type { DownloadMark } from '../ports/download-counts.ts'
import type { RegistryPorts } from '../registry.ts'
import { dayOf } from './days.ts'

/** What marking needs: a store, where the servers of one catalog share the key of the day. */
export type MarkerPorts = Pick<RegistryPorts, 'documents' | 'clock' | 'randomBytes'>

/** Makes what is kept of a download. @param client whose downloads count as one: an address or a network. */
export type DownloadMarker = (sha256: Sha256, client: string) => Promise<DownloadMark>

const SALT_BYTES = 32
/** Two clients among a billion on one day are taken for one with a chance of 1 to 10^20. */
const MARK_BYTES = 16
/** Servers of one catalog that make the first key of a day at the same time: one of them succeeds in every round. */
const MAX_ROUNDS = 20

const saltDocumentSchema = z.object({ day: daySchema, salt: z.string() })

interface DailySalt {
  readonly day: string
  readonly salt: Promise<Uint8Array>
}

/**
 * Marks downloads by a hash of the client under a key that is random, lasts for a day and is deleted after it: while it
 * is there, two downloads of one client are known to be of one; afterwards, nobody can find the address of a mark by
 * trying all addresses. The key never stands in the database, so a copy of that alone tells no address even on the day
 * itself.
 */
export function createDownloadMarker(ports: MarkerPorts): DownloadMarker {
  let latest: DailySalt | null = null
  return async (sha256, client) => {
    const day = dayOf(ports.clock())
    if (latest?.day !== day) latest = { day, salt: sharedSalt(ports, day) }
    const current = latest
    try {
      return { day, client: hashOf(client, await current.salt), sha256 }
    } catch (error) {
      // A store that did not answer is asked again with the next download.
      if (latest === current) latest = null
      throw error
    }
  }
}

/** Deletes the key of a day that is over, so that it goes even where nothing is downloaded any more. */
export async function forgetPastSalt({ documents, clock }: MarkerPorts): Promise<void> {
  const stored = await documents.get({ kind: 'download-salt' })
  if (stored === null) return
  if (saltDocumentSchema.parse(readJson(stored.body)).day < dayOf(clock())) {
    await documents.delete({ kind: 'download-salt' })
  }
}

async function sharedSalt({ documents, randomBytes }: MarkerPorts, day: string): Promise<Uint8Array> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const stored = await documents.get({ kind: 'download-salt' })
    const known = stored && saltDocumentSchema.parse(readJson(stored.body))
    // That of a later day is another server's, whose clock is ahead: replacing it would end that day's key.
    if (known && known.day >= day) return Buffer.from(known.salt, 'base64url')
    const fresh = randomBytes(SALT_BYTES)
    const body = jsonBytes({ day, salt: Buffer.from(fresh).toString('base64url') })
    const tag = await documents.put({ kind: 'download-salt' }, body, { etag: stored?.etag ?? null })
    if (tag !== null) return fresh
  }
  throw new Error('The key of the day kept changing while it was made')
}

function hashOf(client: string, salt: Uint8Array): string {
  return createHmac('sha256', salt).update(client).digest().subarray(0, MARK_BYTES).toString('base64url')
}

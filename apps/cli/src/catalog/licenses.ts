import { randomBytes } from 'node:crypto'
import { databaseFile, openLicenseKey } from '@rbee/catalog/node'
import { openSqliteDatabase } from '@rbee/db/sqlite'
import {
  extendLicense,
  issueLicense,
  listLicenses,
  listSeats,
  readIssuedLicense,
  revokeLicense,
  takeSeatAway,
} from '@rbee/registry'
import {
  type License,
  type LicenseAnswer,
  type LicenseExtension,
  type LicenseInput,
  type LicenseList,
  RbeeError,
  type SeatList,
  type SeatReleased,
} from '@rbee/schema'
import type { CommandContext } from '../program/command.ts'
import { connectRegistry } from '../registry/connect.ts'
import { requireToken } from '../withdraw/release-command.ts'
import { dataFolder } from './server-settings.ts'
import { LOCAL_OPERATOR } from './targets.ts'
import { chosenPlace, parseLifetime, type TokenPlace } from './tokens.ts'

const PAGE_SIZE = 200

/** Issues and ends licences. Whoever can open the data folder needs no token for it. */
export interface Licenses {
  issue(input: LicenseInput): Promise<LicenseAnswer>
  extend(id: string, input: LicenseExtension): Promise<LicenseAnswer>
  revoke(id: string, reason: string): Promise<License>
  show(id: string): Promise<License>
  list(cursor: string | null): Promise<LicenseList>
  seats(id: string, cursor: string | null): Promise<SeatList>
  takeSeatAway(id: string, fingerprint: string): Promise<SeatReleased>
}

/**
 * Does `work` with the licences of a place: that of the flags, else of RBEE_DATA_DIR, else of RBEE_REGISTRY, else ./data. Over
 * HTTP the operator token in RBEE_TOKEN is needed.
 */
export async function withLicenses<T>(
  context: CommandContext,
  place: TokenPlace,
  work: (licenses: Licenses) => Promise<T>,
): Promise<T> {
  const { registry, dataDir } = chosenPlace(place, context.env)
  if (registry !== undefined) {
    requireToken(context, 'operator')
    const { client } = await connectRegistry(context, registry)
    return work({
      issue: (input) => client.issueLicense(input),
      extend: (id, input) => client.extendLicense(id, input),
      revoke: (id, reason) => client.revokeLicense(id, reason),
      show: (id) => client.getLicense(id),
      list: (cursor) => client.listLicenses(pageAt(cursor)),
      seats: (id, cursor) => client.listSeats(id, pageAt(cursor)),
      takeSeatAway: (id, fingerprint) => client.takeSeatAway(id, fingerprint),
    })
  }
  const folder = dataFolder(dataDir, context.cwd)
  const database = openSqliteDatabase(databaseFile(folder))
  try {
    const random = (length: number) => new Uint8Array(randomBytes(length))
    const licenses = await openLicenseKey({ dataDir: folder, randomBytes: random })
    const ports = { database, clock: context.clock, randomBytes: random, licenses }
    return await work({
      issue: (input) => issueLicense(ports, LOCAL_OPERATOR, input),
      extend: (id, input) => extendLicense(ports, LOCAL_OPERATOR, id, input),
      revoke: (id, reason) => revokeLicense(ports, LOCAL_OPERATOR, id, reason),
      show: (id) => readIssuedLicense(ports, LOCAL_OPERATOR, id),
      list: (cursor) => listLicenses(ports, LOCAL_OPERATOR, PAGE_SIZE, cursor),
      seats: (id, cursor) => listSeats(ports, LOCAL_OPERATOR, id, { limit: PAGE_SIZE, cursor }),
      takeSeatAway: (id, fingerprint) => takeSeatAway(ports, LOCAL_OPERATOR, id, fingerprint),
    })
  } finally {
    database.close()
  }
}

function pageAt(cursor: string | null): { limit: number; cursor?: string } {
  return { limit: PAGE_SIZE, ...(cursor !== null && { cursor }) }
}

/** How long a licence shall be valid, in seconds: `30d`, or until a day such as `2027-12-31` has ended. Fails with `usage`. */
export function secondsUntil(text: string, now: number): number {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return parseLifetime(text)
  const end = Date.parse(`${text}T23:59:59Z`)
  const seconds = Math.floor((end - now) / 1000)
  if (seconds > 0) return seconds
  throw new RbeeError('usage', `--expires: "${text}" is no day to come, such as 2027-12-31`)
}

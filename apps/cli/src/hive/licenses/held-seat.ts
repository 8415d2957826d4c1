import { chmod, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import {
  fingerprintSchema,
  hasCode,
  licenseIdSchema,
  RbeeError,
  seatCountSchema,
  seatKindSchema,
} from '@rbee/schema'
import { z } from 'zod'
import { readJson, writeJsonAtomically } from '../atomic-json.ts'
import { writeTextAtomically } from '../atomic-text.ts'
import { makeFolder, translateDiskError } from '../disk-errors.ts'
import type { HiveHome } from '../home.ts'

/** For nobody but their owner. */
const FILE_MODE = 0o600
const FOLDER_MODE = 0o700
const CURE = 'delete that file, and take the seat again with: rbee-hive license activate'

/** A seat of a licence that this machine has, as its registry said last. Times are RFC 3339. */
export const heldSeatSchema = z.object({
  registry: z.string(),
  license_id: licenseIdSchema,
  fingerprint: fingerprintSchema,
  kind: seatKindSchema,
  seats: seatCountSchema,
  renewed_at: z.iso.datetime(),
  /** Until when it lasts without another heartbeat. */
  lease_expires_at: z.iso.datetime(),
  /** Until when workers may go on while the registry is away. */
  grace_ends_at: z.iso.datetime(),
  heartbeat_seconds: z.int().positive(),
  /** Why the registry gave no new lease when it was asked last; null where it did. */
  problem: z.object({ code: z.string(), message: z.string(), at: z.iso.datetime() }).nullable(),
})
export type HeldSeat = z.infer<typeof heldSeatSchema>

/** The folder of a licence's seat, and what workers are told of it. */
export interface SeatFolder {
  readonly path: string
  readonly record: string
  /** The lease alone, for workers to read. */
  readonly lease: string
  /** Who uses the seat at this moment. */
  readonly users: string
}

export function seatFolder(home: HiveHome, registry: string, license: string): SeatFolder {
  const path = home.seatFolder(registry, license)
  return { path, record: join(path, 'seat.json'), lease: join(path, 'lease'), users: join(path, 'users') }
}

/** Makes the folder where it is missing, so that nothing is asked for that could not be kept. */
export async function makeSeatFolder({ path, users }: SeatFolder): Promise<void> {
  await makeFolder(users)
  try {
    await chmod(path, FOLDER_MODE)
  } catch (error) {
    throw translateDiskError(error, path)
  }
}

/** Null where this machine has none. Fails with `state_damaged`. */
export function readHeldSeat({ record }: SeatFolder): Promise<HeldSeat | null> {
  return readJson(record, heldSeatSchema, CURE)
}

/** All seats of this machine; what is damaged is told, and left out. */
export async function readHeldSeats(home: HiveHome, tell: (message: string) => void): Promise<HeldSeat[]> {
  const seats: HeldSeat[] = []
  for (const name of await namesIn(home.seats)) {
    try {
      const seat = await readJson(join(home.seats, name, 'seat.json'), heldSeatSchema, CURE)
      if (seat !== null) seats.push(seat)
    } catch (error) {
      if (!(error instanceof RbeeError) || error.code !== 'state_damaged') throw error
      tell(`${error.message}; ${error.next}`)
    }
  }
  return seats
}

/** The lease comes first: what is recorded of it is told to people, and the lease itself to workers. */
export async function keepSeat(folder: SeatFolder, lease: string, seat: HeldSeat): Promise<void> {
  await writeTextAtomically(folder.lease, `${lease}\n`, FILE_MODE)
  await writeJsonAtomically(folder.record, seat, FILE_MODE)
}

/** Writes down why there was no new lease. @param isOver where the registry said that the machine has no seat any more. */
export async function noteProblem(folder: SeatFolder, seat: HeldSeat, isOver: boolean): Promise<void> {
  if (isOver) await rm(folder.lease, { force: true })
  await writeJsonAtomically(folder.record, seat, FILE_MODE)
}

/** The seat is given back: workers find no lease any more. What they remember of the time stays. */
export async function forgetSeat({ lease, record }: SeatFolder): Promise<void> {
  await rm(lease, { force: true })
  await rm(record, { force: true })
}

/** Null where there is none. */
export async function readLeaseText({ lease }: SeatFolder): Promise<string | null> {
  try {
    return (await readFile(lease, 'utf8')).trim()
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return null
    throw error
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).toSorted()
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return []
    throw error
  }
}

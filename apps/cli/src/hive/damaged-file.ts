import { RbeeError } from '@rbee/schema'
import type { Terminal } from '../program/terminal.ts'

/** A file of the local state that cannot be read: what it tells is lost, everything else goes on. */
interface DamagedFile {
  /** The worker or instance that the file belongs to. */
  readonly name: string
  readonly file: string
  readonly message: string
  /** The cure. */
  readonly next: string | null
}

/** The same with the failure that reading it ended with. */
interface Damage extends DamagedFile {
  readonly error: RbeeError
}

/** What can be read of several files, and what cannot. */
export interface Survey<Record> {
  readonly sound: readonly Record[]
  readonly damaged: readonly Damage[]
}

/** Reads one file for each name. Nothing of it fails because one of them is damaged. */
export async function survey<Name extends string, Record>(
  names: readonly Name[],
  fileOf: (name: Name) => string,
  read: (name: Name) => Promise<Record | null>,
): Promise<Survey<Record>> {
  const sound: Record[] = []
  const damaged: Damage[] = []
  for (const name of names) {
    try {
      const record = await read(name)
      if (record !== null) sound.push(record)
    } catch (error) {
      if (!isDamage(error)) throw error
      damaged.push({ name, file: fileOf(name), message: error.message, next: error.next, error })
    }
  }
  return { sound, damaged }
}

/** Tells people of damaged files, and gives what programs are told. */
export function tellDamage(damaged: readonly Damage[], terminal: Terminal): DamagedFile[] {
  return damaged.map(({ name, file, message, next }) => {
    terminal.warn(next === null ? message : `${message}; ${next}`)
    return { name, file, message, next }
  })
}

function isDamage(error: unknown): error is RbeeError {
  return error instanceof RbeeError && error.code === 'state_damaged'
}

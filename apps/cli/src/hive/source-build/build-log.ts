import { type FileHandle, open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { hasCode } from '@rbee/schema'
import { makeFolder, translateDiskError } from '../disk-errors.ts'
import { printable } from '../printable.ts'

/** What is kept of what a build prints, from its beginning. */
const MAX_BYTES = 32 * 2 ** 20
/** What is kept of its end, where it printed more. */
const TAIL_CHARACTERS = 64 * 1024

/** The log of one build; that of the build before is kept beside it, as `.1`. */
export interface BuildLog {
  readonly path: string
  /** A line of our own. */
  note(line: string): Promise<void>
  write(text: string): Promise<void>
  /** The last lines that say something. */
  lastLines(count: number): readonly string[]
  close(): Promise<void>
}

/** Fails with `disk_full` or `setting_invalid`, as every write to it does. */
export async function openBuildLog(path: string): Promise<BuildLog> {
  await makeFolder(dirname(path))
  try {
    await rename(path, `${path}.1`)
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw translateDiskError(error, path)
  }
  try {
    return new BoundedLog(path, await open(path, 'wx', 0o600))
  } catch (error) {
    throw translateDiskError(error, path)
  }
}

class BoundedLog implements BuildLog {
  readonly path: string
  readonly #file: FileHandle
  #written = 0
  #passedOver = 0
  #tail = ''
  /** Writes come from two streams and must not mix. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(path: string, file: FileHandle) {
    this.path = path
    this.#file = file
  }

  note(line: string): Promise<void> {
    const start = this.#tail === '' || this.#tail.endsWith('\n') ? '' : '\n'
    return this.write(`${start}rbee-hive: ${line}\n`)
  }

  async write(text: string): Promise<void> {
    this.#tail = (this.#tail + text).slice(-TAIL_CHARACTERS)
    const bytes = Buffer.from(text)
    const room = Math.max(0, MAX_BYTES - this.#written)
    this.#written += Math.min(room, bytes.length)
    this.#passedOver += bytes.length - Math.min(room, bytes.length)
    if (room > 0) await this.#append(bytes.subarray(0, room))
  }

  lastLines(count: number): readonly string[] {
    return this.#tail
      .split('\n')
      .map(printable)
      .filter((line) => line !== '' && !line.startsWith('rbee-hive: '))
      .slice(-count)
  }

  async close(): Promise<void> {
    if (this.#passedOver > 0) {
      await this.#append(
        Buffer.from(`\nrbee-hive: ${this.#passedOver} bytes are left out; the end:\n${this.#tail}`),
      )
    }
    await this.#last
    await this.#file.close()
  }

  #append(bytes: Uint8Array): Promise<void> {
    const writing = this.#last
      .then(() => this.#file.writeFile(bytes))
      .catch((error: unknown) => {
        throw translateDiskError(error, this.path)
      })
    this.#last = writing
    return writing
  }
}

import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Readable } from 'node:stream'
import { hasCode } from '@rbee/schema'
import { makeFolder, translateDiskError } from '../disk-errors.ts'

/** A log file of this size becomes an older one, of which so many are kept. */
export const LOG_LIMIT = { bytes: 10 * 1024 * 1024, older: 2 }
/** With more than this waiting for the disk, the worker waits, too. */
const WAITING_LIMIT_BYTES = 1024 * 1024

/** Lines of the hive's own within a worker's log begin so. */
const NOTE_PREFIX = 'rbee-hive: '

/** The older files of a log, newest first: `worker.log.1`, `worker.log.2`. */
export function olderLogs(path: string, limit = LOG_LIMIT): string[] {
  return Array.from({ length: limit.older }, (_, index) => `${path}.${index + 1}`)
}

/**
 * What workers print, in a file that is never emptied but set aside when it is large. A full disk loses output and never
 * stops a worker.
 */
export class WorkerLog {
  readonly path: string
  readonly #limit: typeof LOG_LIMIT
  readonly #clock: () => number
  #file: FileHandle
  #size: number
  #waiting: Buffer[] = []
  #waitingBytes = 0
  #paused: Readable[] = []
  #writing: Promise<void> | null = null
  #atLineStart = true
  #lostBytes = 0

  private constructor(
    path: string,
    file: FileHandle,
    size: number,
    clock: () => number,
    limit: typeof LOG_LIMIT,
  ) {
    this.path = path
    this.#file = file
    this.#size = size
    this.#clock = clock
    this.#limit = limit
  }

  /** Fails with `setting_invalid` or `disk_full`. */
  static async open(path: string, clock: () => number, limit = LOG_LIMIT): Promise<WorkerLog> {
    await makeFolder(dirname(path))
    try {
      const file = await open(path, 'a', 0o600)
      return new WorkerLog(path, file, (await file.stat()).size, clock, limit)
    } catch (error) {
      throw translateDiskError(error, path)
    }
  }

  /** Takes everything that a worker prints. */
  attach(output: Readable): void {
    output.on('data', (bytes: Buffer) => {
      this.#append(bytes)
      if (this.#waitingBytes <= WAITING_LIMIT_BYTES) return
      output.pause()
      this.#paused.push(output)
    })
  }

  /** One line of the hive's own, with the time. */
  note(line: string): void {
    const time = new Date(this.#clock()).toISOString()
    this.#append(Buffer.from(`${this.#atLineStart ? '' : '\n'}${NOTE_PREFIX}${time} ${line}\n`))
  }

  /** Writes what is waiting. */
  async close(): Promise<void> {
    while (this.#writing !== null) await this.#writing
    await this.#file.close()
  }

  #append(bytes: Buffer): void {
    if (bytes.length === 0) return
    this.#waiting.push(bytes)
    this.#waitingBytes += bytes.length
    this.#atLineStart = bytes.at(-1) === 0x0a
    this.#writing ??= this.#writeAll()
  }

  async #writeAll(): Promise<void> {
    while (this.#waitingBytes > 0) {
      const bytes = Buffer.concat(this.#waiting)
      this.#waiting = []
      this.#waitingBytes = 0
      await this.#write(bytes)
      for (const output of this.#paused.splice(0)) output.resume()
    }
    this.#writing = null
  }

  async #write(bytes: Buffer): Promise<void> {
    try {
      if (this.#size > 0 && this.#size + bytes.length > this.#limit.bytes) await this.#setAside()
      const lost =
        this.#lostBytes > 0 ? `${NOTE_PREFIX}${this.#lostBytes} bytes are lost: the disk was full\n` : ''
      const text = lost === '' ? bytes : Buffer.concat([Buffer.from(lost), bytes])
      await this.#file.writeFile(text)
      this.#size += text.length
      this.#lostBytes = 0
    } catch (error) {
      if (!hasCode(error, 'ENOSPC', 'EDQUOT', 'EIO', 'EROFS', 'ENOENT')) throw error
      this.#lostBytes += bytes.length
    }
  }

  async #setAside(): Promise<void> {
    const files = [this.path, ...olderLogs(this.path, this.#limit)]
    await this.#file.close()
    try {
      await rm(files.at(-1) ?? this.path, { force: true })
      for (let index = files.length - 2; index >= 0; index -= 1) {
        await renameIfThere(files[index] ?? '', files[index + 1] ?? '')
      }
    } finally {
      await makeFolder(dirname(this.path))
      this.#file = await open(this.path, 'a', 0o600)
      this.#size = (await this.#file.stat()).size
    }
  }
}

async function renameIfThere(from: string, to: string): Promise<void> {
  try {
    await rename(from, to)
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error
  }
}

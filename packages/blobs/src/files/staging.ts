import { type FileHandle, open, readdir, rename, rm, statfs, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { PartReceipt, RandomBytes } from '@rbee/registry'
import { RbeeError, UPLOAD_PART_BYTES, uploadPartBytes, uploadPartCount } from '@rbee/schema'
import { orMissing, writing } from './disk.ts'

/** Folder of archives that are being received. */
export const STAGING = 'staging'

/** A part that is being written. */
interface Writer {
  stopped: boolean
  /** The write that the system is at work on. */
  pending: Promise<unknown>
}

/**
 * The places where archives are put together: each is one sparse file of the archive's size, into which every part is
 * written at its offset, so that nothing is copied later. `ID.parts` becomes `ID.whole` when the parts are complete.
 */
export function fileStaging(root: string, randomBytes: RandomBytes) {
  const folder = join(root, STAGING)
  const writers = new Map<string, Set<Writer>>()

  async function openParts(id: string): Promise<FileHandle> {
    const handle = await orMissing(open(join(folder, `${checkedId(id)}.parts`), 'r+'))
    return handle ?? gone()
  }

  async function stage(size: number): Promise<string> {
    const { bavail, bsize } = await statfs(folder)
    if (bavail * bsize < size) {
      throw new RbeeError('disk_full', `The archive has ${size} bytes, the disk has ${bavail * bsize} left`)
    }
    const id = Buffer.from(randomBytes(16)).toString('hex')
    const path = join(folder, `${id}.parts`)
    await writing(async () => {
      await writeFile(path, '', { flag: 'wx' })
      await truncate(path, size)
    })
    return id
  }

  async function writePart(
    id: string,
    part: number,
    body: ReadableStream<Uint8Array>,
    size: number,
  ): Promise<string> {
    const writer: Writer = { stopped: false, pending: Promise.resolve() }
    // Known before the file is opened, so that `assemble` finds everyone who can hold it open.
    const others = writers.get(id) ?? new Set()
    writers.set(id, others.add(writer))
    try {
      const handle = await openParts(id)
      try {
        if (uploadPartBytes((await handle.stat()).size, part) !== size) {
          throw new RbeeError('part_invalid', `The archive has no part ${part} of ${size} bytes`)
        }
        await copyInto(handle, (part - 1) * UPLOAD_PART_BYTES, body, size, writer)
      } finally {
        await handle.close()
      }
      return String(size)
    } finally {
      others.delete(writer)
      if (others.size === 0) writers.delete(id)
    }
  }

  /**
   * Who still sends a part could change the file after its digest was checked. The rename keeps newcomers out; those
   * who hold the file open are stopped before anyone reads it.
   */
  async function assemble(id: string, parts: readonly PartReceipt[]): Promise<void> {
    const handle = await orMissing(open(join(folder, `${checkedId(id)}.parts`), 'r'))
    if (handle) {
      const { size } = await handle.stat().finally(() => handle.close())
      const numbers = new Set(parts.map(({ part }) => part))
      const complete = [...numbers].every((part) => uploadPartBytes(size, part) !== null)
      if (!complete || numbers.size !== uploadPartCount(size)) {
        throw new RbeeError('upload_incomplete', 'Parts of the upload are missing')
      }
      await orMissing(rename(join(folder, `${id}.parts`), wholePath(id)))
    }
    await stopWriters(id)
    await (await openWhole(id)).close()
  }

  async function stopWriters(id: string): Promise<void> {
    for (const writer of writers.get(id) ?? []) {
      writer.stopped = true
      await writer.pending
    }
  }

  /** The assembled file; fails with `upload_not_found`. */
  async function openWhole(id: string): Promise<FileHandle> {
    return (await orMissing(open(wholePath(id), 'r+'))) ?? gone()
  }

  function wholePath(id: string): string {
    return join(folder, `${checkedId(id)}.whole`)
  }

  async function discard(id: string): Promise<void> {
    if (!isId(id)) return
    await rm(join(folder, `${id}.parts`), { force: true })
    await rm(wholePath(id), { force: true })
    // Who holds the file open keeps its bytes on the disk.
    await stopWriters(id)
  }

  /** Moves the assembled file to its final place; fails with `upload_not_found` when another call was faster. */
  async function moveTo(id: string, path: string): Promise<void> {
    if ((await orMissing(rename(wholePath(id), path))) === null) gone()
  }

  return { stage, writePart, assemble, openWhole, moveTo, discard }
}

/**
 * Removes the staging places that no upload names: a process that is killed between making one and writing down whose it
 * is leaves it behind. Only for the one process that writes to the folder, before it takes uploads.
 */
export async function removeUnknownStaging(root: string, known: ReadonlySet<string>): Promise<void> {
  for (const name of await readdir(join(root, STAGING))) {
    const id = /^([0-9a-f]{32})\.(?:parts|whole)$/.exec(name)?.[1]
    if (id !== undefined && !known.has(id)) await rm(join(root, STAGING, name), { force: true })
  }
}

async function copyInto(
  handle: FileHandle,
  offset: number,
  body: ReadableStream<Uint8Array>,
  size: number,
  writer: Writer,
): Promise<void> {
  let received = 0
  for await (const chunk of body) {
    if (writer.stopped) gone()
    if (received + chunk.length > size) {
      throw new RbeeError('size_mismatch', `The body is longer than the stated ${size} bytes`)
    }
    const write = writing(() => writeWhole(handle, chunk, offset + received))
    writer.pending = Promise.allSettled([write])
    await write
    received += chunk.length
  }
  if (received < size) {
    throw new RbeeError('size_mismatch', `The body ended after ${received} of the stated ${size} bytes`)
  }
}

/** The system may take fewer bytes than it is given, for example when the disk is nearly full. */
async function writeWhole(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  let written = 0
  while (written < bytes.length) {
    const step = await handle.write(bytes, written, bytes.length - written, position + written)
    written += step.bytesWritten
  }
}

/** An id becomes part of a file's name, so nothing but the form that `stage` gives may pass. */
function isId(id: string): boolean {
  return /^[0-9a-f]{32}$/.test(id)
}

function checkedId(id: string): string {
  return isId(id) ? id : gone()
}

function gone(): never {
  throw new RbeeError('upload_not_found', 'The staging place of the upload is gone', {
    next: 'Start the upload again',
  })
}

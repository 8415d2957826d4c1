import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import type { TarStructure } from '@rbee/packaging'
import { lastAtMost } from '../bytes/last-at-most.ts'
import { type ByteSource, readFully } from './byte-source.ts'

/** Bytes of the archive that stand one after the other in one place: in memory, or in a file of the folder. */
interface Piece {
  readonly offset: number
  readonly size: number
  readonly from: { readonly bytes: Uint8Array } | { readonly name: string }
}

/**
 * The uncompressed archive that a folder was unpacked from, without being made: headers come from the structure that was
 * kept when it was unpacked, everything else out of the folder's files as it is asked for. Holds one open file.
 *
 * Where files were changed since, other bytes come: only the digest of what is made of them tells. A link is not followed.
 */
export function rebuiltTar({ files, end }: TarStructure, folder: string): ByteSource {
  const pieces: Piece[] = []
  let size = 0
  const add = (length: number, from: Piece['from']) => {
    if (length > 0) pieces.push({ offset: size, size: length, from })
    size += length
  }
  for (const file of files) {
    add(file.before.length, { bytes: file.before })
    add(file.size, { name: file.name })
  }
  add(end.length, { bytes: end })

  let opened: { readonly name: string; readonly file: FileHandle } | null = null
  const openOnly = async (name: string): Promise<FileHandle> => {
    if (opened?.name === name) return opened.file
    await opened?.file.close()
    opened = null
    const file = await open(
      join(folder, ...name.split('/')),
      constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0),
    )
    opened = { name, file }
    return file
  }
  const readPiece = async ({ from }: Piece, offset: number, into: Uint8Array): Promise<void> => {
    if ('bytes' in from) into.set(from.bytes.subarray(offset, offset + into.length))
    else await readFully(await openOnly(from.name), offset, into)
  }

  return {
    size,
    async read(offset, into) {
      for (let filled = 0; filled < into.length; ) {
        const piece = pieceAt(pieces, offset + filled)
        const within = offset + filled - piece.offset
        const part = into.subarray(filled, filled + piece.size - within)
        await readPiece(piece, within, part)
        filled += part.length
      }
    },
    async close() {
      await opened?.file.close()
      opened = null
    },
  }
}

function pieceAt(pieces: readonly Piece[], offset: number): Piece {
  const piece = pieces[lastAtMost(pieces, (candidate) => candidate.offset, offset)]
  if (piece === undefined || offset >= piece.offset + piece.size) throw new Error('read beyond the archive')
  return piece
}

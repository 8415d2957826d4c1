import { type FileHandle, open } from 'node:fs/promises'

/** Bytes that can be read anywhere. */
export interface ByteSource {
  readonly size: number
  /** Fills `into` with the bytes from `offset` on; to ask for what lies beyond the end is a bug of the caller. */
  read(offset: number, into: Uint8Array): Promise<void>
  close(): Promise<void>
}

export function memorySource(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    read: async (offset, into) => into.set(bytes.subarray(offset, offset + into.length)),
    close: async () => {},
  }
}

export async function fileSource(path: string): Promise<ByteSource> {
  const file = await open(path)
  const { size } = await file.stat()
  return {
    size,
    read: (offset, into) => readFully(file, offset, into),
    close: () => file.close(),
  }
}

/** Bytes that are missing because a file is shorter than it was are zeros: the digest of what is made of them tells. */
export async function readFully(file: FileHandle, offset: number, into: Uint8Array): Promise<void> {
  for (let filled = 0; filled < into.length; ) {
    const { bytesRead } = await file.read(into, filled, into.length - filled, offset + filled)
    if (bytesRead === 0) {
      into.fill(0, filled)
      return
    }
    filled += bytesRead
  }
}

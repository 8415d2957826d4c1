import { crc32 } from 'node:zlib'

/** A zip archive with one file in it, not compressed: APPNOTE.TXT of PKWARE, 4.3. */
export function storedZip(name: string, contents: string): Buffer {
  const data = Buffer.from(contents)
  const path = Buffer.from(name)
  const about = Buffer.alloc(26)
  about.writeUInt16LE(20, 0)
  about.writeUInt32LE(crc32(data), 10)
  about.writeUInt32LE(data.length, 14)
  about.writeUInt32LE(data.length, 18)
  about.writeUInt16LE(path.length, 22)
  const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), about, path, data])
  const version = Buffer.from([20, 0])
  const central = Buffer.concat([Buffer.from('PK\x01\x02', 'latin1'), version, about, Buffer.alloc(14), path])
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(1, 8)
  end.writeUInt16LE(1, 10)
  end.writeUInt32LE(central.length, 12)
  end.writeUInt32LE(local.length, 16)
  return Buffer.concat([local, central, end])
}

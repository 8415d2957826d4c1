import { promisify } from 'node:util'
import * as zlib from 'node:zlib'
import type { Compress } from '../http/coded-answers.ts'
import type { ContentCoding } from '../http/content-coding.ts'

type Bytes = Uint8Array<ArrayBuffer>

const { constants } = zlib
const brotli = promisify<Bytes, object, Buffer>(zlib.brotliCompress)
const gzip = promisify<Bytes, object, Buffer>(zlib.gzip)
// Node 20 has none.
const zstd = 'zstdCompress' in zlib ? promisify<Bytes, object, Buffer>(zlib.zstdCompress) : null

/** Levels that take half a millisecond or less for a page; the next ones take many times as long and save a tenth. */
const BROTLI_QUALITY = 5
const ZSTD_LEVEL = 6
const GZIP_LEVEL = 6

const CODERS: Readonly<Record<ContentCoding, ((body: Bytes) => Promise<Buffer>) | null>> = {
  br: (body) =>
    brotli(body, {
      params: {
        [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
        [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
      },
    }),
  zstd: zstd && ((body) => zstd(body, { params: { [constants.ZSTD_c_compressionLevel]: ZSTD_LEVEL } })),
  gzip: (body) => gzip(body, { level: GZIP_LEVEL }),
}

/** Compresses on the threads of the process, `atOnce` bodies at the same time. */
export function createCompress(atOnce: number): Compress {
  let running = 0
  return async (body, coding) => {
    const coder = CODERS[coding]
    if (coder === null || running >= atOnce) return null
    running += 1
    try {
      // A copy: what coders leave as room behind their output would be kept with it.
      return new Uint8Array(await coder(body))
    } finally {
      running -= 1
    }
  }
}

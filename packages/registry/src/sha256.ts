import { createHash } from 'node:crypto'
import { type Sha256, sha256Schema } from '@rbee/schema'

/** SHA-256 of a text's UTF-8 bytes. */
export function sha256OfText(text: string): Sha256 {
  return sha256Schema.parse(createHash('sha256').update(text, 'utf8').digest('hex'))
}

/** SHA-256 of all bytes of a stream, held in memory chunk by chunk. */
export async function sha256OfStream(body: ReadableStream<Uint8Array>): Promise<Sha256> {
  const hash = createHash('sha256')
  for await (const chunk of body) hash.update(chunk)
  return sha256Schema.parse(hash.digest('hex'))
}

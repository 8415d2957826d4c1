import type { RandomBytes } from '@rbee/registry'

/** Names for requests: a random part for the process and a running number, which costs nothing per request. */
export function requestIds(randomBytes: RandomBytes): () => string {
  const prefix = Array.from(randomBytes(6), (byte) => byte.toString(16).padStart(2, '0')).join('')
  let count = 0
  return () => {
    count += 1
    return `${prefix}-${count.toString(36)}`
  }
}

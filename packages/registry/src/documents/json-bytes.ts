const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true })

export function textBytes(text: string): Uint8Array {
  return encoder.encode(text)
}

export function jsonBytes(value: unknown): Uint8Array {
  return encoder.encode(JSON.stringify(value))
}

/** The value that a stored document holds; still to be parsed by its schema. */
export function readJson(body: Uint8Array): unknown {
  return JSON.parse(decoder.decode(body))
}

/** Fields that belong to one connection (RFC 9110 §7.6.1), beside those which `Connection` names. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'upgrade',
])

/**
 * The fields that a forwarder passes on, in their order, spelling and number.
 *
 * `Transfer-Encoding` goes on in requests, because it says that there is a body; the parser has decoded it, and the
 * next connection encodes it anew. In responses the server of the next connection decides about it.
 *
 * @param raw names and values in turns, as Node has them in `rawHeaders`.
 */
export function endToEndHeaders(raw: readonly string[], message: 'request' | 'response'): string[] {
  const dropped = new Set([...HOP_BY_HOP, ...namedByConnection(raw)])
  if (message === 'response') dropped.add('transfer-encoding')
  // What frames the body is never taken away by a word of the sender's.
  else for (const name of ['transfer-encoding', 'content-length', 'host']) dropped.delete(name)
  const kept: string[] = []
  for (const [name, value] of fieldsOf(raw)) if (!dropped.has(name.toLowerCase())) kept.push(name, value)
  return kept
}

function namedByConnection(raw: readonly string[]): string[] {
  const names: string[] = []
  for (const [name, value] of fieldsOf(raw)) {
    if (name.toLowerCase() === 'connection')
      names.push(...value.split(',').map((option) => option.trim().toLowerCase()))
  }
  return names
}

/** Names and values in pairs. */
export function* fieldsOf(raw: readonly string[]): Generator<[name: string, value: string]> {
  for (let index = 0; index + 1 < raw.length; index += 2) yield [raw[index] ?? '', raw[index + 1] ?? '']
}

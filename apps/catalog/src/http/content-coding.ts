/** Codings that answers are sent in, the best first: the smallest pages for the time that they take. */
export const CONTENT_CODINGS = ['br', 'zstd', 'gzip'] as const
export type ContentCoding = (typeof CONTENT_CODINGS)[number]

/** What a client takes, of what there is. */
export interface AcceptedCoding {
  /** Null where it wants the bytes as they are, or takes no coding that there is. */
  readonly coding: ContentCoding | null
  /** Whether it does not want the bytes as they are. */
  readonly refusesIdentity: boolean
}

const AS_IT_IS: AcceptedCoding = { coding: null, refusesIdentity: false }
/** A name with its weight (RFC 9110, 12.4.2). */
const WEIGHTED = /^([!#$%&'*+.^_`|~0-9a-z-]+)(?:[ \t]*;[ \t]*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?$/

/**
 * Reads an `Accept-Encoding` field (RFC 9110, 12.5.3). Of codings that a client likes alike, the upper one of
 * {@link CONTENT_CODINGS} is taken. A client that names none gets the bytes as they are, and `*` stands for gzip alone,
 * which every client of today knows that says so. Parts that are not well-formed are ignored.
 */
export function acceptedCoding(field: string | null): AcceptedCoding {
  if (field === null) return AS_IT_IS
  const known = read.get(field)
  if (known) return known
  const accepted = chosenCoding(weightsIn(field))
  // Browsers send a handful of different fields; whoever sends others is read anew each time.
  if (read.size < READ_FIELDS && field.length <= READ_CHARACTERS) read.set(field, accepted)
  return accepted
}

const READ_FIELDS = 64
const READ_CHARACTERS = 200
const read = new Map<string, AcceptedCoding>()

function weightsIn(field: string): ReadonlyMap<string, number> {
  const weights = new Map<string, number>()
  for (const part of field.toLowerCase().split(',')) {
    const [, name, weight = '1'] = WEIGHTED.exec(part.trim()) ?? []
    // RFC 9110, 8.4.1.3: the old name of gzip.
    if (name !== undefined) weights.set(name === 'x-gzip' ? 'gzip' : name, Number(weight))
  }
  return weights
}

function chosenCoding(weights: ReadonlyMap<string, number>): AcceptedCoding {
  const others = weights.get('*')
  const identity = weights.get('identity') ?? (others === 0 ? 0 : undefined)
  let coding: ContentCoding | null = null
  let best = 0
  for (const one of CONTENT_CODINGS) {
    const weight = weights.get(one) ?? (one === 'gzip' ? (others ?? 0) : 0)
    if (weight > best) [coding, best] = [one, weight]
  }
  // Not named, the bytes as they are come last.
  const preferred = identity !== undefined && identity > best ? null : coding
  return { coding: preferred, refusesIdentity: identity === 0 }
}

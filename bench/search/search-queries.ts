import { type Chance, chance } from '../catalog/chance.ts'
import { FIELDS } from '../catalog/fields.ts'
import { anyWord, coinedWord, wordAt } from '../catalog/words.ts'

/** One request to `GET /v1/search`. */
export interface SearchQuery {
  readonly kind: Kind
  /** Without a cursor. */
  readonly parameters: readonly (readonly [string, string])[]
  /** How many pages are leafed through before the one that is measured. */
  readonly pagesBefore: number
}

const SHARES = {
  'one word': 22,
  'several words': 22,
  prefix: 12,
  'typing error': 8,
  'rare word': 6,
  'very common words': 6,
  'words and filters': 12,
  'filters alone': 4,
  everything: 2,
  'other order': 4,
  'deep page': 2,
} as const
export type Kind = keyof typeof SHARES

/** As people ask: common words more often than rare ones, and each query in one of several shapes. */
export function searchQueries(count: number, seed = 7): SearchQuery[] {
  const random = chance(seed)
  const kinds = Object.entries(SHARES).flatMap(([kind, share]) => Array<string>(share).fill(kind))
  return Array.from({ length: count }, () => {
    const kind = random.pick(kinds)
    if (!isKind(kind)) throw new Error(`${kind} is no kind of query`)
    return queryOf(kind, random)
  })
}

function isKind(text: string): text is Kind {
  return text in SHARES
}

function queryOf(kind: Kind, random: Chance): SearchQuery {
  const query = (q: string, more: readonly (readonly [string, string])[] = [], pagesBefore = 0) => ({
    kind,
    parameters: [...(q === '' ? [] : [['q', q] as const]), ...more],
    pagesBefore,
  })
  switch (kind) {
    case 'one word':
      return query(fieldWord(random))
    case 'several words':
      return query(several(2 + random.below(3), random))
    case 'prefix': {
      const word = longWord(random)
      return query(word.slice(0, 3 + random.below(word.length - 4)))
    }
    case 'typing error':
      return query(mistyped(longWord(random), random))
    case 'rare word':
      return query(
        random.happens(0.5) ? coinedWord(random.below(100_000)) : wordAt(20_000 + random.below(30_000)),
      )
    case 'very common words':
      return query(
        random.pick([
          'model',
          'models',
          'worker',
          'run models',
          'text',
          'server gpu',
          'fast',
          'language model',
          'inference',
          'cpu',
          'gpu memory',
          'data',
        ]),
      )
    case 'words and filters':
      return query(several(1 + random.below(2), random), filters(1 + random.below(3), random))
    case 'filters alone':
      return query('', filters(1 + random.below(2), random))
    case 'everything':
      return query('')
    case 'other order':
      return query(random.happens(0.6) ? fieldWord(random) : '', [
        ['sort', random.pick(['recent', 'downloads', 'name'])],
      ])
    case 'deep page':
      return query(random.happens(0.7) ? fieldWord(random) : '', [], 5 + random.below(10))
  }
}

/** What a worker is about: a task, a model, a tag or a format. */
function fieldWord(random: Chance): string {
  const field = random.pickCommon(FIELDS)
  const lists = [field.models, field.tags, field.nouns, field.formats]
  return random.pickCommon(random.pick(lists)).replaceAll('-', ' ')
}

function several(count: number, random: Chance): string {
  const field = random.pickCommon(FIELDS)
  const words = [
    random.pickCommon(field.models),
    ...random.pick(field.does).toLowerCase().split(' '),
    random.pickCommon(field.tags),
  ]
  const picked = Array.from({ length: count }, () =>
    random.happens(0.8) ? random.pick(words) : anyWord(random),
  )
  return [...new Set(picked)].join(' ')
}

/** Long enough to be cut or mistyped. */
function longWord(random: Chance): string {
  for (let tries = 0; tries < 50; tries += 1) {
    const word = random.happens(0.7) ? fieldWord(random) : anyWord(random)
    if (word.length >= 6 && !word.includes(' ')) return word
  }
  return 'whisper'
}

/** With a letter too few, a wrong one, or two of them swapped. */
function mistyped(word: string, random: Chance): string {
  const place = 1 + random.below(word.length - 2)
  const [before, here, after] = [word.slice(0, place), word.charAt(place), word.slice(place + 1)]
  switch (random.below(3)) {
    case 0:
      return before + after
    case 1:
      return `${before}${random.pick('aeiourst'.split(''))}${after}`
    default:
      return `${before}${after.charAt(0)}${here}${after.slice(1)}`
  }
}

const FILTERS: readonly ((random: Chance) => readonly [string, string])[] = [
  (random) => ['platform', random.pick(['linux', 'linux', 'macos', 'windows'])],
  (random) => ['arch', random.pick(['x86_64', 'aarch64'])],
  (random) => ['license', random.pick(['apache', 'mit', 'gpl', 'bsd', 'agpl', 'mpl'])],
  (random) => ['feature', random.pick(['cuda', 'cpu', 'rocm', 'metal', 'vulkan', 'streaming'])],
  (random) => ['tag', random.pickCommon(random.pickCommon(FIELDS).tags)],
  (random) => ['price', random.pick(['free', 'free', 'paid'])],
  (random) => ['source', random.pick(['community', 'official'])],
  (random) => ['format', random.pick(['gguf', 'onnx', 'safetensors', 'tflite', 'ggml'])],
]

function filters(count: number, random: Chance): (readonly [string, string])[] {
  return random.some(FILTERS, count).map((filter) => filter(random))
}

import { type Chance, chance } from './chance.ts'
import { ADJECTIVES, FIELDS, type Field, LICENSES, PLATFORM_SETS, PURPOSES, VARIANT_SETS } from './fields.ts'
import { anyWord, coinedWord } from './words.ts'

/** A worker of the generated catalog. */
export interface GeneratedWorker {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly source: 'official' | 'community'
  /** Whose it is: a number that the catalog has not many of. */
  readonly publisher: number
  readonly license: string
  readonly tags: readonly string[]
  readonly tasks: readonly string[]
  readonly formats: readonly string[]
  readonly variants: readonly string[]
  readonly platforms: (typeof PLATFORM_SETS)[number]
  readonly streaming: boolean
  /** In US dollars a month; null where it is free. */
  readonly price: number | null
  readonly deprecated: boolean
  /** Whether it has builds; else it is its source only. */
  readonly built: boolean
  /** Newest first; times are milliseconds since the epoch. */
  readonly versions: readonly { readonly version: string; readonly publishedAt: number }[]
  readonly downloads: number
  readonly readme: string
}

/** When the newest release of the catalog came out. */
export const NEWEST = Date.UTC(2026, 10, 1)
const DAY_MS = 86_400_000
const PUBLISHERS = 20_000
const MORE_TAGS =
  'edge rust python cpp typescript realtime http openai-compatible offline privacy benchmark research enterprise'.split(
    ' ',
  )
/** Ids of official workers, which come first, and of those that look like them. */
const OFFICIAL = [
  'llm-worker',
  'sd-worker',
  'whisper-worker',
  'embed-worker',
  'tts-worker',
  'vision-worker',
  'ocr-worker',
]
const LOOK_ALIKES = OFFICIAL.flatMap((id) => [id.replace('worker', 'vvorker'), `${id}s`, id.replace('-', '')])

/** Versions of twenty workers in a row: 200 together, most workers with few and few with many. */
const VERSION_COUNTS = [1, 7, 2, 15, 1, 4, 42, 3, 9, 1, 22, 2, 6, 12, 3, 29, 5, 10, 8, 18]

/**
 * The workers of the catalog of this seed, one after the other: a hundred thousand have a million versions. Each depends on
 * the seed and its place alone.
 */
export function* generatedWorkers(count: number, seed = 1): Generator<GeneratedWorker> {
  for (let index = 0; index < count; index += 1) yield generatedWorker(index, seed)
}

export function generatedWorker(index: number, seed = 1): GeneratedWorker {
  const random = chance(seed, index)
  // Every fiftieth is somebody's copy of the one before, with few words changed.
  if (index % 50 === 49) return copyOf(generatedWorker(index - 1, seed), index, random)
  const field = index < OFFICIAL.length ? fieldOf(index) : random.pickCommon(FIELDS)
  const model = random.pickCommon(field.models)
  const noun = random.pickCommon(field.nouns)
  const adjective = random.pick(ADJECTIVES)
  const publisher = publisherOf(random)
  const isOfficial = index < OFFICIAL.length
  const own = coinedWord(index)
  const price = !isOfficial && random.happens(0.04) ? 5 * (1 + random.below(60)) : null
  const age = Math.min(1800, random.logNormal(140, 1.2))
  return {
    id: OFFICIAL[index] ?? LOOK_ALIKES[index - OFFICIAL.length] ?? `${own}-${model}-${noun}`,
    name: [capital(random.happens(0.5) ? own : model), noun.replaceAll('-', ' ')].join(' '),
    description: descriptionOf(field, adjective, model, random),
    source: isOfficial ? 'official' : 'community',
    publisher,
    license: price !== null && random.happens(0.8) ? 'Proprietary' : random.pickCommon(LICENSES),
    tags: [
      ...new Set([
        model,
        ...random.some(field.tags, 1 + random.below(5)),
        ...random.some(MORE_TAGS, random.below(3)),
      ]),
    ],
    tasks: [field.task],
    formats: random.some(field.formats, 1 + random.below(3)),
    ...targetsOf(random),
    streaming: random.happens(0.4),
    price,
    deprecated: random.happens(0.05),
    built: isOfficial || random.happens(0.7),
    versions: versionsOf(index, age, random),
    downloads: Math.floor(random.logNormal(isOfficial ? 900_000 : 60, 2.3)),
    readme: readmeOf(field, model, own, random),
  }
}

function fieldOf(place: number): Field {
  const field = [0, 1, 2, 3, 4, 5, 6].map((index) => FIELDS[index])[place]
  if (field === undefined) throw new Error('there are as many official workers as fields for them')
  return field
}

function copyOf(original: GeneratedWorker, index: number, random: Chance): GeneratedWorker {
  return {
    ...original,
    id: `${original.id}-fork`,
    name: `${original.name} fork`,
    source: 'community',
    publisher: publisherOf(random),
    downloads: Math.floor(random.logNormal(10, 2)),
    versions: versionsOf(index, random.logNormal(60, 1), random),
    readme: original.readme.replace('\n\n', `\n\nA copy with ${anyWord(random)} and ${anyWord(random)}.\n\n`),
  }
}

/** A few publishers have hundreds of workers, most of them one. */
function publisherOf(random: Chance): number {
  return Math.floor(PUBLISHERS ** random.next()) - 1 + random.below(40)
}

function targetsOf(random: Chance): Pick<GeneratedWorker, 'variants' | 'platforms'> {
  const platforms = random.pickCommon(PLATFORM_SETS)
  const variants = random
    .pickCommon(VARIANT_SETS)
    .filter((variant) => Object.keys(platforms).some((system) => isBuiltOn(variant, system)))
  return { platforms, variants: variants.length > 0 ? variants : ['cpu'] }
}

/** Whether there are builds of a variant for an operating system. */
export function isBuiltOn(variant: string, system: string): boolean {
  if (variant === 'metal') return system === 'macos'
  return variant === 'cpu' || system !== 'macos'
}

function descriptionOf({ does }: Field, adjective: string, model: string, random: Chance): string {
  const what = random.pick(does)
  switch (random.below(4)) {
    case 0:
      return `${what} with ${capital(model)} ${random.pickCommon(PURPOSES)}`
    case 1:
      return `${adjective} worker for ${capital(model)}: ${what.toLowerCase()}`
    case 2:
      return `${what} ${random.pickCommon(PURPOSES)}, ${adjective.toLowerCase()} and with ${anyWord(random)} ${anyWord(random)}`
    default:
      return `${what}. ${adjective}, ${random.pickCommon(PURPOSES)}, based on ${capital(model)} ${1 + random.below(4)}`
  }
}

function versionsOf(index: number, age: number, random: Chance): GeneratedWorker['versions'] {
  const count = VERSION_COUNTS[index % VERSION_COUNTS.length] ?? 1
  const major = random.below(4)
  const pace = random.logNormal(20, 0.8)
  return Array.from({ length: count }, (_, place) => {
    const number = count - 1 - place
    return {
      version: `${major}.${Math.floor(number / 4)}.${number % 4}`,
      publishedAt: NEWEST - Math.floor((age + place * pace) * DAY_MS),
    }
  })
}

const HEADINGS = ['Install', 'Use', 'Models', 'Hardware', 'Limits', 'Licence', 'Questions']

/** Some hundred words: a third of what the worker is about, the others of any kind. */
function readmeOf(field: Field, model: string, own: string, random: Chance): string {
  const about = [
    model,
    own,
    ...field.nouns,
    ...field.tags,
    ...field.formats,
    ...field.does.join(' ').toLowerCase().split(' '),
  ]
  let left = Math.min(2000, Math.max(30, Math.floor(random.logNormal(170, 0.9))))
  const parts = [`# ${capital(own)}\n`]
  while (left > 0) {
    const length = Math.min(left, 20 + random.below(60))
    if (random.happens(0.5)) parts.push(`## ${random.pick(HEADINGS)}\n`)
    parts.push(`${paragraph(about, length, random)}\n`)
    left -= length
  }
  return parts.join('\n')
}

function paragraph(about: readonly string[], length: number, random: Chance): string {
  const words: string[] = []
  for (let place = 0; place < length; place += 1) {
    const word = random.happens(0.3) ? random.pickCommon(about) : anyWord(random)
    words.push(place % 12 === 0 ? capital(word) : place % 12 === 11 ? `${word}.` : word)
  }
  return words.join(' ')
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}

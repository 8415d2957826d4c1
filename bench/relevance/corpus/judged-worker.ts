/** A worker of the judged corpus, as its author would describe it. */
export interface JudgedWorker {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly source: 'official' | 'community'
  readonly license: string
  readonly tags: readonly string[]
  readonly tasks: readonly string[]
  readonly formats: readonly string[]
  /** Variants: the first is the default. */
  readonly features: readonly string[]
  readonly systems: readonly ('linux' | 'macos' | 'windows')[]
  /** In total. */
  readonly downloads: number
  /** Days since the release. */
  readonly age: number
  readonly streaming: boolean
  /** In US dollars a month; null where it is free. */
  readonly price: number | null
  /** Whether it has builds, or is its source only. */
  readonly built: boolean
  readonly deprecated: boolean
  readonly readme: string
}

/** What differs from the defaults; lists are written with blanks between their words. */
interface Details {
  readonly source?: 'official'
  readonly license?: string
  readonly tags: string
  readonly tasks?: string
  readonly formats?: string
  readonly features?: string
  readonly systems?: string
  readonly downloads: number
  readonly age?: number
  readonly streaming?: boolean
  readonly price?: number
  readonly built?: false
  readonly deprecated?: true
  readonly readme?: string
}

/** By default a free community worker under Apache-2.0 for the CPU of Linux, built, a hundred days old. */
export function worker(id: string, name: string, description: string, details: Details): JudgedWorker {
  return {
    id,
    name,
    description,
    source: details.source ?? 'community',
    license: details.license ?? 'Apache-2.0',
    tags: words(details.tags),
    tasks: words(details.tasks),
    formats: words(details.formats),
    features: words(details.features ?? 'cpu'),
    systems: words(details.systems ?? 'linux').filter(isSystem),
    downloads: details.downloads,
    age: details.age ?? 100,
    streaming: details.streaming ?? false,
    price: details.price ?? null,
    built: details.built ?? true,
    deprecated: details.deprecated ?? false,
    readme: `# ${name}\n\n${details.readme ?? description}\n`,
  }
}

function words(text = ''): string[] {
  return text.split(' ').filter((word) => word !== '')
}

function isSystem(word: string): word is JudgedWorker['systems'][number] {
  return word === 'linux' || word === 'macos' || word === 'windows'
}

import type { WorkerDocument } from '@rbee/schema'
import { featuresOf } from '../columns/labels.ts'
import { plainText } from '../hits/plain-text.ts'
import { tokensOf } from './tokens.ts'

/** The words of a worker, by the columns of the index, with blanks between them. */
export interface IndexTexts {
  readonly names: string
  /** Tags and tasks. */
  readonly tags: string
  /** What it is able to do and where it runs: formats, features, backends, platforms. */
  readonly properties: string
  readonly description: string
  readonly readme: string
}

/** @param readme Markdown; null where there is none. */
export function indexTexts(worker: WorkerDocument, readme: string | null): IndexTexts {
  const { id, name, aliases, variants, tags, capabilities, platforms } = worker
  const addresses = [id, ...aliases, ...variants.map((variant) => variant.id)]
  return {
    names: words([id, name, ...joinedForms(id), ...joinedForms(name), ...addresses.flatMap(tokensOf)]),
    tags: words([...tags, ...tags.flatMap(joinedForms), ...capabilities.tasks]),
    properties: words([
      ...capabilities.supported_formats,
      ...featuresOf(worker),
      ...platforms.flatMap(({ os, arch }) => [os, arch]),
    ]),
    description: tokensOf(worker.description).join(' '),
    readme: readme === null ? '' : tokensOf(plainText(readme)).join(' '),
  }
}

/** The words that typing errors are corrected to. */
export function knownWords({ names, tags, properties, description }: IndexTexts): string[] {
  const all = `${names} ${tags} ${properties} ${description}`.split(' ')
  // Numbers and parts of ids that are made of digits are not what anybody means.
  return [...new Set(all)].filter((word) => word.length >= 3 && word.length <= 30 && /\p{L}/u.test(word))
}

/** The order matters for phrases, so that a word may stand twice where it does in the text. */
function words(texts: readonly string[]): string {
  return texts.flatMap(tokensOf).join(' ')
}

/** Neighbouring words written as one: "llama.cpp" is also looked for as "llamacpp". */
function joinedForms(text: string): string[] {
  const tokens = tokensOf(text)
  return tokens.length < 2 || tokens.length > 6
    ? []
    : [...tokens.slice(1).map((token, index) => `${tokens[index]}${token}`), tokens.join('')]
}

import type { KnownText } from '../values/evaluate.ts'
import type { FieldValues } from './field-values.ts'
import { type ArchitectureField, isArchitectureField, SUM_FIELDS, type SumField } from './fields.ts'

/** One item of `source` or `source_ARCH`, with its parts as makepkg's util/source.sh takes them apart. */
export interface Source {
  /** Null for those of every architecture. */
  readonly architecture: string | null
  /** The item itself, its variables filled in. */
  readonly text: string
  /** Name under which it lies in the folder of sources. */
  readonly fileName: string
  /** Whether the item names its file itself (`name::address`). */
  readonly renamed: boolean
  /** `https`, `git` (also for `git+https://…`) and so on; `local` for a file beside the PKGBUILD. */
  readonly protocol: string
  /** What is fetched: without the file's name, and without `git+` and the like; of a version control source without fragment and query. */
  readonly address: string
  /** `tag=v1.0` of `…#tag=v1.0`. */
  readonly fragment: string | null
  /** `signed` of `…?signed`. */
  readonly query: string | null
  /** Checksums that stand at its place in the arrays of that architecture. */
  readonly sums: ReadonlyMap<SumField, KnownText>
  readonly line: number
}

/** Programs of version control whose sources makepkg fetches as repositories. */
const VERSION_CONTROL: ReadonlySet<string> = new Set(['bzr', 'fossil', 'git', 'hg', 'svn'])

/** Whether a source is a repository, whose checksum is `SKIP`. */
export function isVersionControl({ protocol }: Pick<Source, 'protocol'>): boolean {
  return VERSION_CONTROL.has(protocol)
}

/** Takes the item of a source apart. */
export function parseSource(
  text: string,
): Pick<Source, 'text' | 'fileName' | 'renamed' | 'protocol' | 'address' | 'fragment' | 'query'> {
  const separator = text.indexOf('::')
  const renamed = separator !== -1
  const url = renamed ? text.slice(separator + 2) : text
  const protocol = protocolOf(text, url)
  const isRepository = isVersionControl({ protocol })
  const fragment = /#([\s\S]*)$/.exec(text)?.[1]?.replace(/\?[^?]*$/, '') ?? null
  const query = /\?([\s\S]*)$/.exec(text)?.[1]?.replace(/#[^#]*$/, '') ?? null
  const address = url.startsWith(`${protocol}+`) ? url.slice(protocol.length + 1) : url
  return {
    text,
    fileName: renamed ? text.slice(0, separator) : fileNameOf(text, protocol),
    renamed,
    protocol,
    address: isRepository ? address.replace(/[#?][\s\S]*$/, '') : address,
    fragment: isRepository ? fragment : null,
    query: isRepository ? query : (/\?([^#]*)/.exec(url)?.[1] ?? null),
  }
}

function protocolOf(text: string, url: string): string {
  if (text.includes('://')) return before(before(url, '://'), '+')
  return text.includes('lp:') ? before(url, '+lp:') : 'local'
}

function fileNameOf(text: string, protocol: string): string {
  if (!isVersionControl({ protocol })) return afterLast(text, '/')
  const name = afterLast(before(before(text, '#'), '?').replace(/\/$/, ''), '/')
  switch (protocol) {
    case 'bzr':
      return name.replace(/^[\s\S]*?lp:/, '')
    case 'fossil':
      return `${name}.fossil`
    case 'git':
      return before(name, '.git')
    default:
      return name
  }
}

function before(text: string, separator: string): string {
  const index = text.indexOf(separator)
  return index === -1 ? text : text.slice(0, index)
}

function afterLast(text: string, separator: string): string {
  return text.slice(text.lastIndexOf(separator) + 1)
}

/** The sources of a file, with their checksums. */
export function sourcesOf(fields: FieldValues): Source[] {
  const ofAll = new Map(
    [...fields.lists].flatMap(([field, list]) => (isArchitectureField(field) ? [[field, list]] : [])),
  )
  return [
    ...sourcesOfArchitecture(null, ofAll),
    ...[...fields.architectures].flatMap(([architecture, lists]) =>
      sourcesOfArchitecture(architecture, lists),
    ),
  ]
}

function sourcesOfArchitecture(
  architecture: string | null,
  lists: ReadonlyMap<ArchitectureField, readonly KnownText[]>,
): Source[] {
  const items = lists.get('source') ?? []
  const firstUnknown = items.findIndex(({ known }) => !known)
  return items.flatMap((item, index) => {
    if (!item.known) return []
    // What is not known may be several items: which checksum belongs to those after it is not known either.
    const isPlaced = firstUnknown === -1 || index < firstUnknown
    const sums = SUM_FIELDS.flatMap((field): [SumField, KnownText][] => {
      const list = isPlaced ? lists.get(field) : undefined
      const sum = list?.slice(0, index + 1).some(({ known }) => !known) ? undefined : list?.[index]
      return sum === undefined ? [] : [[field, sum]]
    })
    return [{ architecture, ...parseSource(item.text), sums: new Map(sums), line: item.line }]
  })
}

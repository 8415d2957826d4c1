import { createHash } from 'node:crypto'
import { type KnownText, PKGBUILD_MAX_BYTES, type Pkgbuild, readPkgbuild, type Source } from '@rbee/pkgbuild'
import { RbeeError } from '@rbee/schema'
import { type AddressRules, addressOf, type SourceAddress } from './source-address.ts'

/** Sums that makepkg and Node both know; weaker ones prove nothing. */
const SUM_KINDS = ['sha256', 'sha512', 'b2'] as const
export type SumKind = (typeof SUM_KINDS)[number]
/** Hexadecimal digits of each. */
const SUM_LENGTH: Readonly<Record<SumKind, number>> = { sha256: 64, sha512: 128, b2: 128 }

/** Something that a build fetches, and how it is known to be the right thing. */
export type BuildSource =
  | (Extract<SourceAddress, { kind: 'file' }> & {
      /** At least one. */
      readonly sums: ReadonlyMap<SumKind, string>
      /** Whether it is unpacked, if it is an archive. */
      readonly extract: boolean
    })
  | Extract<SourceAddress, { kind: 'git' }>

/** What a PKGBUILD says, read without running anything of it. */
export interface BuildScript {
  readonly text: string
  /** Of its bytes, hexadecimal. */
  readonly sha256: string
  /** One, or several for a split package. */
  readonly names: readonly string[]
  readonly version: string
  readonly sources: readonly BuildSource[]
  /** What it needs to build and to run, as its author names packages. */
  readonly makedepends: readonly string[]
  readonly depends: readonly string[]
  /** Names of the functions that it defines. */
  readonly functions: ReadonlySet<string>
  /** What it asks for and does not get. */
  readonly left: readonly string[]
}

export interface ReadingRules extends AddressRules {
  /** Architecture as makepkg names it. */
  readonly carch: 'x86_64' | 'aarch64'
}

const MAX_SOURCES = 64
const MAX_TOLD = 5

/** pkgname of PKGBUILD(5). */
const PACKAGE_NAME = /^[a-z0-9@_+][a-z0-9@._+-]*$/
/** pkgver of PKGBUILD(5): no hyphen, colon, slash or blank. */
const PACKAGE_VERSION = /^[A-Za-z0-9._+]+$/

/** Reads a PKGBUILD. Fails with `pkgbuild_invalid`, which names whatever speaks against building it here. */
export async function readBuildScript(text: string, rules: ReadingRules): Promise<BuildScript> {
  const bytes = new TextEncoder().encode(text)
  const pkgbuild =
    bytes.length > PKGBUILD_MAX_BYTES ? null : await readPkgbuild(text, { architecture: rules.carch })
  if (pkgbuild === null) throw refused(['it is too large, or nested too deeply to be read'])
  const lists = new Lists(pkgbuild, rules.carch)
  const problems = [...problemsOf(pkgbuild), ...problemsOfPackages(pkgbuild, lists, rules)]
  const sources = readSources(pkgbuild, lists, rules, problems)
  if (problems.length > 0) throw refused(problems)
  return {
    text,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    names: pkgbuild.packages.map(({ name }) => name),
    version: versionOf(pkgbuild),
    sources,
    makedepends: lists.ofHere('makedepends'),
    depends: lists.ofHere('depends'),
    functions: new Set(pkgbuild.functions.keys()),
    left: leftOut(pkgbuild),
  }
}

function refused(problems: readonly string[]): RbeeError {
  const told = problems.slice(0, MAX_TOLD).join('; ')
  const more = problems.length > MAX_TOLD ? `; and ${problems.length - MAX_TOLD} more` : ''
  return new RbeeError('pkgbuild_invalid', `this PKGBUILD is not built here: ${told}${more}`, {
    next: 'tell the author of the worker; nothing was fetched and nothing was run',
    details: { problems },
  })
}

/** Fields on which it depends what is fetched and built. Unknown, they would not be what the user was shown. */
const DECISIVE = /^(?:pkgname|pkgver|arch|noextract|(?:source|makedepends|depends|[a-z0-9]+sums)(?:_|$))/

/** What makepkg would run while it only reads the file, and what nobody can read. */
function problemsOf({ syntaxErrors, foreignLines, commands, unknown, fields }: Pkgbuild): string[] {
  return [
    ...syntaxErrors.map((line) => `line ${line} cannot be read`),
    ...foreignLines.map(
      (line) => `line ${line} holds a carriage return or another character that bash stumbles over`,
    ),
    ...commands.map(({ line, text }) => `line ${line} runs something outside of a function: ${text}`),
    ...unknown
      .filter(({ field }) => field === null || DECISIVE.test(field))
      .map(({ field, line, reason }) => `line ${line ?? '?'}: ${field ?? 'a value'} ${reason}`),
    ...fields.wrongKind
      .filter(({ field }) => DECISIVE.test(field))
      .map(({ field, line, isList }) => `line ${line}: ${field} is ${isList ? 'no list' : 'a list'}`),
  ]
}

function problemsOfPackages(pkgbuild: Pkgbuild, lists: Lists, { carch }: ReadingRules): string[] {
  const architectures = lists.ofAll('arch')
  const runsHere = architectures.some((arch) => arch === carch || arch === 'any')
  const names = pkgbuild.packages.map(({ name }) => name)
  return [
    ...(runsHere ? [] : [`it is made for ${architectures.join(', ') || 'no architecture'}, not ${carch}`]),
    ...(names.length > 0 && names.every((name) => PACKAGE_NAME.test(name))
      ? []
      : ['its pkgname names no package']),
    ...(PACKAGE_VERSION.test(versionOf(pkgbuild)) ? [] : ['it has no pkgver that can be read']),
    ...pkgbuild.packages.flatMap((one) =>
      one.function === null ? [`it has no package() for ${one.name}`] : [],
    ),
  ]
}

function versionOf({ fields }: Pkgbuild): string {
  const version = fields.texts.get('pkgver')
  return version?.known ? version.text : ''
}

function leftOut({ fields, functions }: Pkgbuild): string[] {
  const script = fields.texts.get('install')
  const keys = fields.lists.get('validpgpkeys') ?? []
  return [
    ...(script === undefined ? [] : ['its install script is not run']),
    ...(keys.length > 0 ? ['signatures of its sources are not checked; their sums are'] : []),
    ...(functions.has('check') ? ['its check() is not run; the self-test of the worker is'] : []),
    ...(functions.has('pkgver') ? ['its pkgver() is not run'] : []),
  ]
}

type ListName = Parameters<Pkgbuild['fields']['lists']['get']>[0]
type HereName = 'source' | 'depends' | 'makedepends' | `${SumKind}sums`

/** Known elements of lists that are not empty; unknown ones are problems told elsewhere. */
class Lists {
  readonly #pkgbuild: Pkgbuild
  readonly #carch: string

  constructor(pkgbuild: Pkgbuild, carch: string) {
    this.#pkgbuild = pkgbuild
    this.#carch = carch
  }

  ofAll(name: ListName): readonly string[] {
    return knownTexts(this.#pkgbuild.fields.lists.get(name))
  }

  /** Those of every architecture, and those of this machine's. */
  ofHere(name: HereName): readonly string[] {
    return [...this.ofAll(name), ...this.ofArchitecture(name)]
  }

  ofArchitecture(name: HereName): readonly string[] {
    return knownTexts(this.#pkgbuild.fields.architectures.get(this.#carch)?.get(name))
  }
}

function knownTexts(list: readonly KnownText[] | undefined): string[] {
  return (list ?? []).flatMap((element) => (element.known && element.text !== '' ? [element.text] : []))
}

function readSources(
  pkgbuild: Pkgbuild,
  lists: Lists,
  rules: ReadingRules,
  problems: string[],
): BuildSource[] {
  problems.push(...unevenSums(lists))
  const packed = new Set(lists.ofAll('noextract'))
  const own = pkgbuild.sources.filter(
    ({ architecture }) => architecture === null || architecture === rules.carch,
  )
  if (own.length > MAX_SOURCES) problems.push(`it has more than ${MAX_SOURCES} sources`)
  const sources = own.slice(0, MAX_SOURCES).flatMap((source): BuildSource[] => {
    const address = addressOf(source, rules)
    const found =
      typeof address === 'string' || address.kind === 'git'
        ? address
        : withSums(source, address, !packed.has(address.name))
    if (typeof found !== 'string') return [found]
    problems.push(`line ${source.line}: source ${JSON.stringify(source.text.slice(0, 200))} ${found}`)
    return []
  })
  const names = sources.map(({ name }) => name)
  const twice = names.filter((name, index) => names.indexOf(name) !== index)
  problems.push(...twice.map((name) => `two of its sources are called ${name}`))
  return sources
}

/** makepkg refuses lists of unequal length, too. */
function unevenSums(lists: Lists): string[] {
  return SUM_KINDS.flatMap((kind) => {
    const pairs = [
      [lists.ofAll('source').length, lists.ofAll(`${kind}sums`).length],
      [lists.ofArchitecture('source').length, lists.ofArchitecture(`${kind}sums`).length],
    ] as const
    return pairs.flatMap(([sources, sums]) =>
      sums === 0 || sums === sources ? [] : [`${kind}sums has ${sums} sums for ${sources} sources`],
    )
  })
}

function withSums(
  source: Source,
  address: Extract<SourceAddress, { kind: 'file' }>,
  extract: boolean,
): BuildSource | string {
  const sums = new Map<SumKind, string>()
  for (const kind of SUM_KINDS) {
    const stated = source.sums.get(`${kind}sums`)
    if (stated === undefined || !stated.known || stated.text === 'SKIP') continue
    const digits = stated.text.toLowerCase()
    if (!/^[0-9a-f]+$/.test(digits) || digits.length !== SUM_LENGTH[kind])
      return `has a ${kind} sum that is none`
    sums.set(kind, digits)
  }
  if (sums.size > 0) return { ...address, sums, extract }
  return 'has no sum (sha256, sha512 or b2): nobody could tell whether the right bytes came'
}

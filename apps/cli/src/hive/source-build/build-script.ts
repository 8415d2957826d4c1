import { createHash } from 'node:crypto'
import { evaluateScript, PKGBUILD_MAX_BYTES, readScript, type Script, type Variable } from '@rbee/pkgbuild'
import { RbeeError } from '@rbee/schema'
import { type AddressRules, parseSource, type SourceAddress } from './source-address.ts'

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
  /** Functions that it defines. */
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

/** Reads a PKGBUILD. Fails with `pkgbuild_invalid`, which names every line that speaks against building it here. */
export async function readBuildScript(text: string, rules: ReadingRules): Promise<BuildScript> {
  const bytes = new TextEncoder().encode(text)
  if (bytes.length > PKGBUILD_MAX_BYTES) throw refused(['it is too large'])
  const script = await readScript(text)
  if (script === null) throw refused(['it is nested too deeply to be read'])
  const problems = problemsOf(script)
  const values = new Values(evaluateScript(script, new Map([['CARCH', rules.carch]])), problems)

  const architectures = values.list('arch')
  const runsHere = architectures.some((arch) => arch === rules.carch || arch === 'any')
  if (!runsHere)
    problems.push(`it is made for ${architectures.join(', ') || 'no architecture'}, not ${rules.carch}`)
  const names = values.list('pkgname')
  if (names.length === 0 || !names.every((name) => PACKAGE_NAME.test(name)))
    problems.push('it has no pkgname that names a package')
  const version = values.list('pkgver')[0] ?? ''
  if (!PACKAGE_VERSION.test(version)) problems.push('it has no pkgver that can be read')
  for (const name of names) {
    const own = names.length === 1 ? ['package', `package_${name}`] : [`package_${name}`]
    if (!own.some((one) => script.functions.has(one))) problems.push(`it has no ${own.join(' or ')}()`)
  }
  const found = {
    text,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    names,
    version,
    sources: readSources(values, rules, problems),
    makedepends: withArch(values, 'makedepends', rules),
    depends: withArch(values, 'depends', rules),
    functions: new Set(script.functions.keys()),
    left: [
      ...values.list('install').map((name) => `its install script ${name} is not run`),
      ...(values.list('validpgpkeys').length > 0
        ? ['signatures of its sources are not checked; their sums are']
        : []),
      ...(script.functions.has('check') ? ['its check() is not run; the self-test of the worker is'] : []),
      ...(script.functions.has('pkgver') ? ['its pkgver() is not run'] : []),
    ],
  }
  if (problems.length > 0) throw refused(problems)
  return found
}

/** pkgname of PKGBUILD(5). */
const PACKAGE_NAME = /^[a-z0-9@_+][a-z0-9@._+-]*$/
/** pkgver of PKGBUILD(5): no hyphen, colon, slash or blank. */
const PACKAGE_VERSION = /^[A-Za-z0-9._+]+$/

function refused(problems: readonly string[]): RbeeError {
  const told = problems.slice(0, MAX_TOLD).join('; ')
  const more = problems.length > MAX_TOLD ? `; and ${problems.length - MAX_TOLD} more` : ''
  return new RbeeError('pkgbuild_invalid', `this PKGBUILD is not built here: ${told}${more}`, {
    next: 'tell the author of the worker; nothing was fetched and nothing was run',
    details: { problems },
  })
}

/** What makepkg would run while it only reads the file, and what nobody can read. */
function problemsOf({ statements, syntaxErrors }: Script): string[] {
  return [
    ...syntaxErrors.map((line) => `line ${line} cannot be read`),
    ...statements.flatMap((statement) =>
      statement.kind === 'command'
        ? [`line ${statement.line} runs something outside of a function: ${statement.text}`]
        : [],
    ),
  ]
}

/** Variables whose values are known; the others become problems, as what is built would not be what was shown. */
class Values {
  readonly #variables: ReadonlyMap<string, Variable>
  readonly #problems: string[]

  constructor(variables: ReadonlyMap<string, Variable>, problems: string[]) {
    this.#variables = variables
    this.#problems = problems
  }

  list(name: string): readonly string[] {
    const elements = this.#variables.get(name)?.elements ?? []
    return elements.flatMap((element) => {
      if (element.known) return element.text === '' ? [] : [element.text]
      this.#problems.push(`line ${element.line}: ${name} ${element.reason}`)
      return []
    })
  }
}

function withArch(values: Values, name: string, { carch }: ReadingRules): readonly string[] {
  return [...values.list(name), ...values.list(`${name}_${carch}`)]
}

function readSources(values: Values, rules: ReadingRules, problems: string[]): BuildSource[] {
  const unpacked = new Set(values.list('noextract'))
  const sources = ['', `_${rules.carch}`].flatMap((suffix) => {
    const addresses = values.list(`source${suffix}`)
    const sums = SUM_KINDS.map((kind) => ({ kind, values: values.list(`${kind}sums${suffix}`) }))
    for (const { kind, values: stated } of sums) {
      if (stated.length > 0 && stated.length !== addresses.length)
        problems.push(`${kind}sums${suffix} has ${stated.length} sums for ${addresses.length} sources`)
    }
    return addresses.flatMap((text, index): BuildSource[] => {
      const problem = (why: string) => problems.push(`source ${JSON.stringify(text.slice(0, 200))} ${why}`)
      const address = parseSource(text, rules)
      if (typeof address === 'string') {
        problem(address)
        return []
      }
      if (address.kind === 'git') return [address]
      const own = readSums(sums.map(({ kind, values: stated }) => [kind, stated[index]] as const))
      if (typeof own === 'string') {
        problem(own)
        return []
      }
      return [{ ...address, sums: own, extract: !unpacked.has(address.name) }]
    })
  })
  if (sources.length > MAX_SOURCES) problems.push(`it has more than ${MAX_SOURCES} sources`)
  const seen = new Set<string>()
  for (const { name } of sources) {
    if (seen.has(name)) problems.push(`two of its sources are called ${name}`)
    seen.add(name)
  }
  return sources
}

function readSums(
  stated: readonly (readonly [SumKind, string | undefined])[],
): ReadonlyMap<SumKind, string> | string {
  const sums = new Map<SumKind, string>()
  for (const [kind, sum] of stated) {
    if (sum === undefined || sum === 'SKIP') continue
    const digits = sum.toLowerCase()
    if (!/^[0-9a-f]+$/.test(digits) || digits.length !== SUM_LENGTH[kind])
      return `has a ${kind} sum that is none`
    sums.set(kind, digits)
  }
  return sums.size > 0
    ? sums
    : 'has no sum (sha256, sha512 or b2): nobody could tell whether the right bytes came'
}

import { evaluateScript, type KnownText, type Script, type Variable } from '@rbee/pkgbuild'

/** Kinds of checksums that makepkg knows, the strongest first, with the length of one in hexadecimal digits. */
export const SUM_LENGTHS: ReadonlyMap<string, number> = new Map([
  ['b2sums', 128],
  ['sha512sums', 128],
  ['sha384sums', 96],
  ['sha256sums', 64],
  ['sha224sums', 56],
  ['sha1sums', 40],
  ['md5sums', 32],
  ['cksums', 0],
])
/** With the others nobody is kept from replacing a download by a different one. */
export const STRONG_SUMS: ReadonlySet<string> = new Set([
  'b2sums',
  'sha512sums',
  'sha384sums',
  'sha256sums',
  'sha224sums',
])

/** One checksum of a source. */
export interface DeclaredSum {
  readonly kind: string
  readonly value: KnownText
}

/** One item of `source` or `source_ARCH`. */
export interface DeclaredSource {
  /** `source` or `source_x86_64`. */
  readonly field: string
  readonly line: number
  /** The item as a whole; null, with the reason, where only running the file would tell it. */
  readonly text: string | null
  readonly reason: string | null
  /** What it is named on the disk, where the item says so (`name::address`). */
  readonly rename: string | null
  /** The item without its name. */
  readonly address: string
  readonly kind: 'vcs' | 'download' | 'local'
  readonly sums: readonly DeclaredSum[]
}

/** PKGBUILD(5), USING VCS SOURCES. */
const VCS = /^(?:(?:bzr|fossil|git|hg|svn)(?:\+|:\/\/)|lp:)/i

/** Keys that are no part of an address; in their place stands a word of the same shape. */
const LICENCE_KEYS: readonly (readonly [string, string])[] = [
  ['RBEE_LICENSE_KEY', 'RBEE_LICENSE_KEY'],
  ['RBEE_LICENSE_TOKEN', 'RBEE_LICENSE_TOKEN'],
]

/** What a PKGBUILD sets where it is read on one architecture. */
export function variablesOn(script: Script, arch: string): ReadonlyMap<string, Variable> {
  return evaluateScript(script, new Map([['CARCH', arch], ...LICENCE_KEYS]))
}

/** Every source of a PKGBUILD with its checksums; plain ones as they read on each architecture that the file knows. */
export function declaredSources(script: Script): readonly DeclaredSource[] {
  const found = new Map<string, DeclaredSource>()
  for (const arch of ['x86_64', 'aarch64']) {
    const variables = variablesOn(script, arch)
    for (const [field, variable] of variables) {
      if (field !== 'source' && !/^source_[a-z0-9_]+$/.test(field)) continue
      for (const source of readSources(field, variable, variables)) {
        found.set(`${source.field} ${source.line} ${source.text}`, source)
      }
    }
  }
  return [...found.values()]
}

function readSources(
  field: string,
  variable: Variable,
  variables: ReadonlyMap<string, Variable>,
): readonly DeclaredSource[] {
  const suffix = field.slice('source'.length)
  const sums = [...SUM_LENGTHS.keys()].flatMap((kind) => {
    const list = variables.get(`${kind}${suffix}`)
    return list === undefined ? [] : [{ kind, elements: list.elements }]
  })
  return variable.elements.map((element, index): DeclaredSource => {
    const own = sums.flatMap(({ kind, elements }) => {
      const value = elements[index]
      return value === undefined ? [] : [{ kind, value }]
    })
    const text = element.known ? element.text : null
    const split = /^([^/]*?)::([\s\S]*)$/.exec(text ?? '')
    const address = split?.[2] ?? text ?? ''
    return {
      field,
      line: element.line,
      text,
      reason: element.known ? null : element.reason,
      rename: split?.[1] ?? null,
      address,
      kind: kindOf(address),
      sums: own,
    }
  })
}

function kindOf(address: string): DeclaredSource['kind'] {
  if (VCS.test(address)) return 'vcs'
  return /^[a-z][a-z0-9+.-]*:/i.test(address) ? 'download' : 'local'
}

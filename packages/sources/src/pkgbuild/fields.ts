import {
  evaluateScript,
  interpretScript,
  type KnownText,
  readScript,
  type Script,
  type Variable,
  writeSrcinfo,
} from '@rbee/pkgbuild'
import {
  ARCHITECTURES,
  type Architecture,
  type BinarySource,
  sha256Schema,
  type Version,
  variantNameSchema,
  versionSchema,
} from '@rbee/schema'
import { type FolderFindings, type Problem, quoteValue } from '../findings.ts'
import { vcsVersion } from './vcs-version.ts'

/** What a PKGBUILD says of the package; the build itself stays text. */
export interface Pkgbuild {
  readonly file: string
  readonly name: string | null
  /** `pkgver` with `_` as `-`: pkgver may not hold a hyphen, a semantic version no underscore. */
  readonly version: Version | null
  readonly versionLine: number | null
  readonly release: string | null
  /** Null where the file names none. */
  readonly architectures: readonly Architecture[] | null
  /** Downloads of ready binaries; none where the file builds from source. */
  readonly binarySources: readonly BinarySource[]
  /** As makepkg writes it on x86_64; null where only running the file would tell it. */
  readonly srcinfo: string | null
}

/** Version control addresses: fetched by that program, not as a file. */
const VCS_SOURCE = /^(?:git|hg|svn|bzr|fossil)(?:\+|:\/\/)/
/** Files that accompany a download. */
const ACCOMPANYING = /\.(?:sig|asc|sign|minisig|sha256|sha256sum|sha512|pem|crt)$/

/**
 * Reads a PKGBUILD without running it. What only running it would tell becomes a finding with its line, and so does
 * every command at the top of the file: bash would run it as soon as somebody looks at the package.
 */
export async function readPkgbuild(
  file: string,
  text: string,
  findings: FolderFindings,
): Promise<Pkgbuild | null> {
  const refuse = (message: string, line: number | null, next: string) =>
    findings.error({ code: 'pkgbuild_invalid', message, file, line, next })
  const script = await readScript(text)
  if (script === null) {
    refuse(`${file} is nested too deeply to be read`, null, 'simplify it')
    return null
  }
  for (const line of script.syntaxErrors.slice(0, 10)) {
    refuse(`${file} is not valid bash here`, line, 'correct the syntax; bash -n PKGBUILD checks it')
  }
  for (const statement of script.statements) {
    if (statement.kind === 'command') {
      refuse(
        `${quoteValue(statement.text)} would run as soon as the file is read`,
        statement.line,
        'move it into prepare(), build() or package()',
      )
    }
  }
  return new FieldReader(file, script, findings).read()
}

/** Sums of other kinds that makepkg checks as well; MD5 and CRC keep nobody from replacing a download. */
const OTHER_SUMS = ['sha512sums', 'sha384sums', 'sha224sums', 'b2sums']

class FieldReader {
  readonly #file: string
  readonly #script: Script
  readonly #findings: FolderFindings
  readonly #variables: ReadonlyMap<string, Variable>

  constructor(file: string, script: Script, findings: FolderFindings) {
    this.#file = file
    this.#script = script
    this.#findings = findings
    this.#variables = evaluateScript(script, new Map())
  }

  read(): Pkgbuild {
    const name = this.#readName()
    const version = this.#readVersion()
    const architectures = this.#readArchitectures()
    return {
      file: this.#file,
      name,
      version,
      versionLine: this.#variables.get('pkgver')?.line ?? null,
      release: this.#readRelease(),
      architectures,
      binarySources: this.#isBinary(name) ? this.#readBinarySources(architectures ?? []) : [],
      srcinfo: this.#writeSrcinfo(),
    }
  }

  #writeSrcinfo(): string | null {
    const srcinfo = writeSrcinfo(interpretScript(this.#script))
    return srcinfo.known ? srcinfo.text : null
  }

  /** Of a split package the name of the whole. */
  #readName(): string | null {
    const packages = this.#variables.get('pkgname')?.elements.length ?? 0
    const name = this.#required(packages > 1 && this.#variables.has('pkgbase') ? 'pkgbase' : 'pkgname')
    // PKGBUILD(5): alphanumerics and @ . _ + -, not starting with a hyphen or dot.
    if (name === null || /^[a-z0-9@_+][a-z0-9@._+-]{0,199}$/i.test(name.text)) return name?.text ?? null
    this.#refuse('pkgname', `${quoteValue(name.text)} is not a package name`, name.line)
    return null
  }

  #readVersion(): Version | null {
    const pkgver = this.#required('pkgver')
    if (pkgver === null) return null
    if (/[:/\s-]/.test(pkgver.text)) {
      this.#refuse(
        'pkgver',
        `${quoteValue(pkgver.text)} holds a character that pkgver may not hold`,
        pkgver.line,
        'write 1.2.3, or 1.2.3_rc.1 for a pre-release',
      )
      return null
    }
    const version = versionSchema.safeParse(pkgver.text.replaceAll('_', '-'))
    if (version.success) return version.data
    if (this.#script.functions.has('pkgver')) {
      const computed = versionSchema.safeParse(vcsVersion(pkgver.text))
      if (computed.success) return computed.data
    }
    this.#findings.error({
      code: 'invalid_version',
      message: `pkgver ${quoteValue(pkgver.text)} is not a semantic version`,
      next: 'write it as MAJOR.MINOR.PATCH, such as 1.2.3, or 1.2.3_rc.1 for a pre-release',
      file: this.#file,
      line: pkgver.line,
      field: 'pkgver',
    })
    return null
  }

  #readRelease(): string | null {
    const first = this.#variables.get('pkgrel')?.elements[0]
    if (first === undefined) {
      this.#warn({
        message: 'pkgrel is missing; makepkg will not build this',
        next: 'add pkgrel=1',
        field: 'pkgrel',
      })
      return null
    }
    if (first.known && /^\d+(?:\.\d+)?$/.test(first.text)) return first.text
    this.#refuse('pkgrel', 'must be a number such as 1', first.line)
    return null
  }

  #readArchitectures(): readonly Architecture[] | null {
    const stated = new Set<string>()
    for (const element of this.#variables.get('arch')?.elements ?? []) {
      if (element.known) stated.add(element.text)
      else this.#unknown('arch', element)
    }
    if (stated.has('any')) return ARCHITECTURES
    for (const arch of ARCHITECTURES) if (this.#variables.has(`source_${arch}`)) stated.add(arch)
    const known = ARCHITECTURES.filter((arch) => stated.has(arch))
    return known.length === 0 ? null : known
  }

  /** A package of ready binaries is told by its file, its name, or having nothing to build. */
  #isBinary(name: string | null): boolean {
    return (
      this.#file.endsWith('.bin') || name?.endsWith('-bin') === true || !this.#script.functions.has('build')
    )
  }

  #readBinarySources(architectures: readonly Architecture[]): BinarySource[] {
    return architectures.flatMap((arch) => {
      const variables = evaluateScript(this.#script, new Map([['CARCH', arch]]))
      const own = this.#readDownloads(variables, `source_${arch}`, `sha256sums_${arch}`)
      const downloads = own.length > 0 ? own : this.#readDownloads(variables, 'source', 'sha256sums')
      return downloads.map(
        ({ url, sha256 }): BinarySource => ({
          platform: `linux-${arch}`,
          // The reader of the folder puts the manifest's default variant here.
          variant: variantNameSchema.parse('cpu'),
          url,
          sha256,
        }),
      )
    })
  }

  #readDownloads(variables: ReadonlyMap<string, Variable>, sources: string, sums: string) {
    const list = variables.get(sources)?.elements ?? []
    const checksums = variables.get(sums)?.elements
    if (checksums !== undefined && checksums.length !== list.length) {
      this.#refuse(
        sums,
        `has ${checksums.length} items, ${sources} has ${list.length}`,
        variables.get(sums)?.line ?? null,
        'give one checksum for each source, in the same order',
      )
    }
    return list.flatMap((source, index) => {
      if (!source.known) {
        this.#unknown(sources, source)
        return []
      }
      const url = this.#downloadUrl(sources, source)
      if (url === null) return []
      const hasOtherSums = OTHER_SUMS.some((kind) => variables.has(sums.replace('sha256sums', kind)))
      return [{ url, sha256: this.#checksum(sums, checksums?.[index], { line: source.line, hasOtherSums }) }]
    })
  }

  /** The address of a plain download; null for version control, local and accompanying files. */
  #downloadUrl(field: string, source: KnownText & { known: true }): string | null {
    const address = source.text.replace(/^[^/]*?::/, '')
    if (VCS_SOURCE.test(address) || !/^[a-z][a-z0-9+.-]*:\/\//i.test(address)) return null
    if (ACCOMPANYING.test(address.replace(/[?#].*$/, ''))) return null
    const url = URL.canParse(address) ? new URL(address) : null
    if (url?.protocol === 'https:' && url.username === '' && url.password === '' && address.length <= 2000) {
      return address
    }
    this.#warn({
      message: `${field} holds a download that is not a plain https address, which is left out`,
      next: 'use an https address without user name, password or key in it',
      line: source.line,
      field,
    })
    return null
  }

  /** A download that nobody checks can be replaced by anybody on the way: only version control has sums of its own. */
  #checksum(
    field: string,
    sum: KnownText | undefined,
    { line, hasOtherSums }: { line: number; hasOtherSums: boolean },
  ): string | null {
    const next = `add its SHA-256 to ${field}; SKIP is for version control sources`
    if (sum === undefined) {
      if (hasOtherSums) this.#warn({ message: `a download has no checksum in ${field}`, next, line, field })
      else this.#refuse(field, 'lacks the checksum of a download', line, next)
      return null
    }
    if (!sum.known) {
      this.#unknown(field, sum)
      return null
    }
    if (sum.text === 'SKIP') {
      this.#refuse(field, 'skips the checksum of a download', sum.line, next)
      return null
    }
    const sha256 = sha256Schema.safeParse(sum.text.toLowerCase())
    if (sha256.success) return sha256.data
    this.#refuse(field, `${quoteValue(sum.text)} is not a SHA-256 checksum`, sum.line)
    return null
  }

  #required(field: string): { text: string; line: number } | null {
    const first = this.#variables.get(field)?.elements[0]
    if (first === undefined) {
      this.#refuse(field, 'is missing', null, `add ${field}=… to ${this.#file}`)
      return null
    }
    if (first.known) return first
    this.#refuse(field, first.reason, first.line, 'write the value out; a catalog runs nothing to learn it')
    return null
  }

  #refuse(field: string, message: string, line: number | null, next?: string): void {
    this.#findings.error({
      code: 'pkgbuild_invalid',
      message: `${field} ${message}`,
      next,
      file: this.#file,
      line,
      field,
    })
  }

  #unknown(field: string, value: KnownText & { known: false }): void {
    this.#warn({
      message: `an item of ${field} ${value.reason}, so that it is left out`,
      next: 'write the value out; a catalog runs nothing to learn it',
      line: value.line,
      field,
    })
  }

  #warn(problem: Omit<Problem, 'code' | 'file'>): void {
    this.#findings.warn({ code: 'pkgbuild_invalid', file: this.#file, ...problem })
  }
}

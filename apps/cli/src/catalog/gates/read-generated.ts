import type { PackageFile } from '@rbee/package-files'
import { readPkgbuild, type Source, type UnknownValue, writeSrcinfo } from '@rbee/pkgbuild'
import { invalidFile, type Reason } from './gate-result.ts'
import type { WrittenFile } from './write-files.ts'

/** A download that a file names. */
export interface NamedSource {
  readonly url: string
  /** 64 hexadecimal digits, or null where the file states none. */
  readonly sha256: string | null
}

/** What a file holds, as far as it can be told without running any of it. */
export interface FileReading {
  /** Equal for files of the same variables and functions. */
  readonly shape: string
  readonly sources: readonly NamedSource[]
  readonly problems: readonly Reason[]
}

/** Reads a generated file; a file that is read with problems is given to no program. */
export function readGenerated({ about, file }: WrittenFile): Promise<FileReading> | FileReading {
  return about.format.startsWith('arch-') ? readPkgbuildFile(file) : readFormula(file.text)
}

/**
 * Reads a PKGBUILD as makepkg would, its rules included, and compares the .SRCINFO that makepkg would write with the one
 * that was generated beside the file. Whatever bash would run when it reads the file is a problem.
 */
async function readPkgbuildFile({ text, srcinfo }: PackageFile): Promise<FileReading> {
  const pkgbuild = await readPkgbuild(text)
  if (pkgbuild === null)
    return { shape: '', sources: [], problems: [invalidFile('is too involved to be read')] }
  const written = writeSrcinfo(pkgbuild)
  const problems = [
    // Every other command is among the reasons.
    ...pkgbuild.commands.flatMap(({ line, text: command, confined }) =>
      confined ? [`line ${line}: runs ${JSON.stringify(command)}`] : [],
    ),
    ...(written.known ? [] : written.reasons.map(describeUnknown)),
    ...(pkgbuild.functions.has('package') ? [] : ['there is no package()']),
    ...(written.known && written.text !== srcinfo ? ['its .SRCINFO says something else'] : []),
  ]
  return {
    shape: [...pkgbuild.assigned, ...pkgbuild.functions.keys()].join(' '),
    sources: pkgbuild.sources.flatMap(namedSource),
    problems: problems.map(invalidFile),
  }
}

function describeUnknown({ field, line, reason }: UnknownValue): string {
  return [...(line === null ? [] : [`line ${line}:`]), ...(field === null ? [] : [field]), reason].join(' ')
}

/** Sources under version control have no sums. */
function namedSource(source: Source): NamedSource[] {
  if (source.protocol !== 'https' && source.protocol !== 'http') return []
  const sum = source.sums.get('sha256sums')
  return [{ url: source.address, sha256: sum?.known === true && sum.text !== 'SKIP' ? sum.text : null }]
}

const RUBY_URL = /^ *url ("(?:[^"\\]|\\.)*")(.*)$/
const RUBY_SUM = /^ *sha256 "([0-9a-f]*)"$/

/** Each address stands before its sum; sources in Git have a revision in the place of one. */
function readFormula(text: string): FileReading {
  const lines = text.split('\n')
  const sources = lines.flatMap((line, place) => {
    const [, address = '', options = ''] = RUBY_URL.exec(line) ?? []
    if (address === '' || options.includes('using: :git')) return []
    const [, sha256 = null] = RUBY_SUM.exec(lines[place + 1] ?? '') ?? []
    return [{ url: address.slice(1, -1).replaceAll(/\\(.)/g, '$1'), sha256 }]
  })
  const isClass = lines.some((line) => /^class [A-Z][A-Za-z0-9]* < Formula$/.test(line))
  return { shape: '', sources, problems: isClass ? [] : [invalidFile('there is no class of a formula')] }
}

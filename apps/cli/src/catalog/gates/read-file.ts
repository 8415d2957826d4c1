import { evaluateScript, readScript, type Variable } from '@rbee/pkgbuild'
import type { Reason } from './gate-result.ts'
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
export function readFile({ about, file }: WrittenFile): Promise<FileReading> | FileReading {
  return about.format.startsWith('arch-') ? readPkgbuildFile(file.text) : readFormula(file.text)
}

/** Looks for everything that bash would run when it reads the file, and for values that only running it would tell. */
async function readPkgbuildFile(text: string): Promise<FileReading> {
  const script = await readScript(text)
  if (script === null) return { shape: '', sources: [], problems: [unreadable('is too involved to be read')] }
  const variables = evaluateScript(script, new Map([['CARCH', 'x86_64']]))
  const problems = [
    ...script.syntaxErrors.map((line) => unreadable(`line ${line}: the syntax is broken`)),
    ...script.statements.flatMap((statement) =>
      statement.kind === 'command'
        ? [unreadable(`line ${statement.line}: makepkg would run: ${statement.text}`)]
        : [],
    ),
    ...['pkgname', 'pkgver', 'pkgrel', 'arch'].flatMap((name) =>
      variables.get(name)?.elements[0]?.known ? [] : [unreadable(`${name} is not stated`)],
    ),
    ...(script.functions.has('package') ? [] : [unreadable('there is no package()')]),
  ]
  const named = [...variables].filter(([name]) => /^source(?:_|$)/.test(name))
  const sources = named.flatMap(([name, source]) =>
    sourcesOf(source, variables.get(name.replace('source', 'sha256sums'))),
  )
  const kinds = [...variables].map(([name, { array }]) => (array ? `${name}()` : name))
  const shape = [...kinds, ...script.functions.keys()].join(' ')
  return { shape, sources: sources.flatMap((source) => source ?? []), problems }
}

/** Sources under version control have no sums. */
function sourcesOf(source: Variable, sums: Variable | undefined): (NamedSource | null)[] {
  return source.elements.map((element, place) => {
    const url = element.known ? element.text.replace(/^[^/?#]*?::/, '') : ''
    if (!/^https?:\/\//.test(url)) return null
    const sum = sums?.elements[place]
    return { url, sha256: sum?.known && sum.text !== 'SKIP' ? sum.text : null }
  })
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
  return { shape: '', sources, problems: isClass ? [] : [unreadable('there is no class of a formula')] }
}

function unreadable(message: string): Reason {
  return { code: 'package_file_invalid', message, next: NEXT }
}

/** What a generated file holds depends on documents alone. */
const NEXT =
  'report it with the documents of the worker: what is generated has to be readable whatever they say'

// How clients of earlier catalogs read and run a PKGBUILD: no bash understands it for them, and makepkg is not used.

/** What such a client takes from the file. */
export interface EarlierPkgbuild {
  readonly pkgname: string
  readonly pkgver: string
  readonly pkgrel: string
  readonly pkgdesc: string
  /** By name: arch, license, depends, makedepends, source, sha256sums, noextract, and those of one architecture. */
  readonly arrays: ReadonlyMap<string, readonly string[]>
  readonly build: string
  readonly package: string
}

const TEXTS = new Set(['pkgname', 'pkgver', 'pkgrel', 'pkgdesc'])
const ARRAYS = /^(?:arch|license|depends|makedepends|noextract|(?:source|sha256sums)(?:_x86_64|_aarch64)?)$/

/**
 * Reads line by line. Throws where such a client stops: at a missing field or function, at an array or a function that is
 * not written as it knows them, and at a first source that is not in Git.
 */
export function readAsEarlierClient(text: string): EarlierPkgbuild {
  const texts = new Map<string, string>()
  const arrays = new Map<string, readonly string[]>()
  const functions = new Map<string, string>()
  const lines = text.split('\n')
  for (let index = 0; index < lines.length; index += 1) {
    const line = (lines[index] ?? '').trim()
    const opened = /^(build|package)\(\) \{$/.exec(line)?.[1]
    if (opened !== undefined) {
      const end = closingLine(lines, index)
      functions.set(opened, lines.slice(index + 1, end).join('\n'))
      index = end
      continue
    }
    const equals = line.indexOf('=')
    if (line === '' || line.startsWith('#') || equals === -1) continue
    const [name, value] = [line.slice(0, equals), line.slice(equals + 1)]
    if (TEXTS.has(name)) texts.set(name, unquoted(value))
    else if (ARRAYS.test(name)) arrays.set(name, items(value))
  }
  const required = <Value>(values: ReadonlyMap<string, Value>, name: string): Value => {
    const value = values.get(name)
    if (value === undefined || value === '') throw new Error(`earlier clients miss ${name}`)
    return value
  }
  if (!required(arrays, 'source')[0]?.startsWith('git+')) throw new Error('the first source is not git+')
  return {
    pkgname: required(texts, 'pkgname'),
    pkgver: required(texts, 'pkgver'),
    pkgrel: required(texts, 'pkgrel'),
    pkgdesc: texts.get('pkgdesc') ?? '',
    arrays,
    build: required(functions, 'build'),
    package: required(functions, 'package'),
  }
}

/** The script that such a client hands to bash for one function: the values stand in it as they are. */
export function earlierScript(
  { pkgname, pkgver, pkgrel }: EarlierPkgbuild,
  body: string,
  folders: { readonly srcdir: string; readonly pkgdir: string },
): string {
  return `set -eu
pkgname="${pkgname}"
pkgver="${pkgver}"
pkgrel="${pkgrel}"
srcdir="${folders.srcdir}"
pkgdir="${folders.pkgdir}"
cd "$srcdir"
${body}
`
}

/** By counting braces; a closing one on a line of its own has to give the same. */
function closingLine(lines: readonly string[], start: number): number {
  let depth = 0
  for (let index = start; index < lines.length; index += 1) {
    const line = lines[index] ?? ''
    depth += line.split('{').length - line.split('}').length
    const closes = line.trim() === '}'
    if (closes !== (depth === 0))
      throw new Error(`line ${index + 1}: braces do not say where the function ends`)
    if (closes) return index
  }
  throw new Error('a function does not end')
}

function items(value: string): string[] {
  if (!value.startsWith('(') || !value.endsWith(')')) throw new Error(`an array is not on one line: ${value}`)
  return value
    .slice(1, -1)
    .split(/\s+/)
    .filter((item) => item !== '')
    .map(unquoted)
}

function unquoted(value: string): string {
  return value.replace(/^["']|["']$/g, '')
}

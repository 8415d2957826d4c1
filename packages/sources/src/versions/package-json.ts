import { quoteValue } from '../findings.ts'
import type { VersionStatement } from './statement.ts'

const FILE = 'package.json'

/** `version` of a package.json. */
export function readPackageJsonVersion(text: string): VersionStatement {
  const next = 'write "version": "1.2.3"'
  let value: unknown
  try {
    value = JSON.parse(text.replace(/^\ufeff/, ''))
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return { ok: false, message: `${FILE} is not valid JSON`, next: 'correct its syntax', line: null }
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    return { ok: false, message: `${FILE} is not an object`, next, line: null }
  }
  const version: unknown = Object.hasOwn(value, 'version') ? Reflect.get(value, 'version') : undefined
  const line = lineOfVersion(text)
  if (typeof version === 'string') return { ok: true, text: version, line, file: FILE }
  if (version === undefined) return { ok: false, message: `${FILE} states no version`, next, line: null }
  return { ok: false, message: `the version of ${FILE} is ${quoteValue(version)}, not a text`, next, line }
}

/** Where the key stands; the first one is the package's own in every package.json that a tool writes. */
function lineOfVersion(text: string): number | null {
  const index = text.search(/"version"\s*:/)
  return index === -1 ? null : text.slice(0, index).split('\n').length
}

import { expandBraces } from './braces.ts'
import { type Budget, NotStatic } from './budget.ts'
import type { Piece } from './piece.ts'
import type { Variables } from './variables.ts'
import { readWord } from './word-reader.ts'

/** Texts out of which bash would make names of files, where there are some that fit. */
const FILE_PATTERN = /[*?]|\[[\s\S]*\]/

/**
 * Expands the value of `name=word` as bash does without running anything: quotes, backslashes, `$name` and the parameter
 * expansions that build addresses (`${pkgver//_/-}`, `${pkgver%%.*}`, `${_name:-other}` …).
 *
 * @throws NotStatic for command substitutions, arithmetic and names that the file does not set.
 */
export function expandText(word: string, variables: Variables, budget: Budget): string {
  if (/^~|:~/.test(word)) throw new NotStatic('uses ~, which depends on who builds')
  const pieces = readWord(word, variables, budget)
  return budget.bounded(pieces.map((piece) => (piece.kind === 'break' ? ' ' : piece.text)).join(''))
}

/**
 * Expands one word of `name=(word …)` to the elements that bash makes of it: none or several where braces, arrays or
 * unquoted values are in it.
 *
 * @throws NotStatic as {@link expandText}, and for patterns of file names.
 */
export function expandElements(word: string, variables: Variables, budget: Budget): string[] {
  return expandBraces(word, budget).flatMap((one) => {
    if (one.startsWith('~')) throw new NotStatic('uses ~, which depends on who builds')
    return splitFields(readWord(one, variables, budget)).map((text) => budget.bounded(text))
  })
}

/** Splits what was expanded without quotes at white space; what is empty and has no quotes is no field. */
function splitFields(pieces: readonly Piece[]): string[] {
  const fields: string[] = []
  let field: string | null = null
  let unquoted = ''
  const end = () => {
    if (FILE_PATTERN.test(unquoted)) throw new NotStatic('uses a file name pattern; quote it')
    if (field !== null) fields.push(field)
    field = null
    unquoted = ''
  }
  const add = (text: string) => {
    field = (field ?? '') + text
  }
  for (const piece of pieces) {
    if (piece.kind === 'break') end()
    else if (piece.kind === 'quoted') add(piece.text)
    else if (piece.kind === 'literal') {
      add(piece.text)
      unquoted += piece.text
    } else {
      const parts = piece.text.split(/[ \t\n]+/)
      parts.forEach((part, index) => {
        if (index > 0) end()
        if (part === '') return
        add(part)
        unquoted += part
      })
    }
  }
  end()
  return fields
}

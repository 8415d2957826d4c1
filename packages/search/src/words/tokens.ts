/** A word of a text: how it is looked up, and where it stands, in UTF-16 units. */
export interface Piece {
  readonly token: string
  readonly begin: number
  readonly end: number
}

/** Longer words are cut: nobody types them, and an index should not grow by them. */
const TOKEN_MAX = 40
const WORD = /[\p{L}\p{N}\p{M}]+/gu
/**
 * Scripts that put no blanks between words: Han, kana, Thai, Lao, Khmer and Myanmar. Hangul has blanks, but endings grow
 * onto its words, so that pairs find more there, too.
 */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー々]+/gu

/**
 * The words of a text as both the index and queries hold them: without case, accents and plural endings. Texts of scripts
 * without blanks become pairs of neighbouring letters, of which a query for any part of at least two letters finds all.
 */
export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = []
  for (const match of text.matchAll(WORD)) pieces.push(...piecesOfWord(match[0], match.index))
  return pieces
}

export function tokensOf(text: string): string[] {
  return piecesOf(text).map(({ token }) => token)
}

/** A word without case and accents (NFKD, marks left out), as it would be compared. */
export function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/\p{M}+/gu, '')
    .toLowerCase()
}

function piecesOfWord(word: string, start: number): Piece[] {
  // Nearly every word is: taking letters apart would cost ten times as much.
  if (isAscii(word)) {
    return [
      { token: singular(word.slice(0, TOKEN_MAX).toLowerCase()), begin: start, end: start + word.length },
    ]
  }
  const pieces: Piece[] = []
  let from = 0
  for (const run of word.matchAll(UNSPACED)) {
    pieces.push(...plainPiece(word.slice(from, run.index), start + from))
    pieces.push(...pairsOf(run[0], start + run.index))
    from = run.index + run[0].length
  }
  pieces.push(...plainPiece(word.slice(from), start + from))
  return pieces
}

function isAscii(word: string): boolean {
  for (let index = 0; index < word.length; index += 1) if (word.charCodeAt(index) > 0x7f) return false
  return true
}

function plainPiece(word: string, begin: number): Piece[] {
  const token = singular(lettersOf(word))
  return token === '' ? [] : [{ token, begin, end: begin + word.length }]
}

function pairsOf(run: string, start: number): Piece[] {
  const letters = [...run]
  const pieces: Piece[] = []
  let begin = start
  for (const [index, letter] of letters.entries()) {
    const next = letters[index + 1]
    const pair = next === undefined ? letter : letter + next
    // The last letter by itself stands in the pair before.
    if (next !== undefined || letters.length === 1) {
      const token = lettersOf(pair)
      if (token !== '') pieces.push({ token, begin, end: begin + pair.length })
    }
    begin += letter.length
  }
  return pieces
}

/** Some letters become several with signs between them when they are taken apart, such as ½. */
function lettersOf(word: string): string {
  return [...fold(word).replaceAll(/[^\p{L}\p{N}]+/gu, '')].slice(0, TOKEN_MAX).join('')
}

/**
 * Takes the plural off English words, by the three rules of Harman's S-stemmer ("How effective is suffixing?", 1991): the
 * mildest there is, because names of programs must stay what they are.
 */
function singular(word: string): string {
  if (word.length < 4 || !/^[a-z]+$/.test(word)) return word
  if (/(?<![ea])ies$/.test(word)) return `${word.slice(0, -3)}y`
  if (/(?<![aeo])es$/.test(word)) return word.slice(0, -1)
  if (/(?<![us])s$/.test(word)) return word.slice(0, -1)
  return word
}

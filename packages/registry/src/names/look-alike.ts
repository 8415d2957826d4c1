/** Below this number of letters one edit turns too many honest ids into each other. */
export const DISTANCE_MIN_LETTERS = 8

/** Letters that look like others in common fonts, longest first so that `rn` is seen before its parts. */
const CONFUSABLE: readonly (readonly [RegExp, string])[] = [
  [/rn/g, 'm'],
  [/vv/g, 'w'],
  [/[1i]/g, 'l'],
  [/0/g, 'o'],
  [/5/g, 's'],
]

/** Cyrillic and Greek letters that look like Latin ones, for names that people read; source: Unicode UTS 39, confusables. */
const FOREIGN: ReadonlyMap<string, string> = new Map(
  [
    ['авеԁһніјкӏмопрԛѕтуѵхԝзс', 'abedhhijklmonpqstyvxw3c'],
    ['αβγεηικνορτυχω', 'abyenikvoptuxw'],
  ].flatMap(([foreign = '', latin = '']) =>
    [...foreign].map((letter, index) => [letter, latin.charAt(index)] as const),
  ),
)

/** Folds what the eye overlooks: case, separators and confusable letters. */
export function foldForSight(id: string): string {
  const letters = id
    .toLowerCase()
    .replaceAll(/[\u0080-\uffff]/g, (letter) => FOREIGN.get(letter) ?? '')
    .replaceAll(/[^a-z0-9]/g, '')
  return CONFUSABLE.reduce((text, [pattern, letter]) => text.replaceAll(pattern, letter), letters)
}

/** Whether the Damerau-Levenshtein distance is at most one: an insertion, deletion, substitution or swap of neighbours. */
export function isWithinOneEdit(a: string, b: string): boolean {
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1
  let endA = a.length
  let endB = b.length
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) {
    endA -= 1
    endB -= 1
  }
  const [left, right] = [a.slice(start, endA), b.slice(start, endB)]
  if (left.length <= 1 && right.length <= 1) return true
  return left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0]
}

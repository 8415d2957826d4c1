/**
 * The semantic version that the `pkgver` of a package from version control stands for, as its own pkgver() writes it: a
 * version, the commits since it, and the commit (`1.2.0.r14.g1a2b3c4`), or only the latter (`r123.1a2b3c4`). A pre-release,
 * so that a released version of the same number is preferred; the count is an identifier of its own, so that it counts.
 *
 * @returns null where the text has none of these forms (ArchWiki, "VCS package guidelines").
 */
export function vcsVersion(pkgver: string): string | null {
  const parts = FORM.exec(pkgver)
  if (parts === null) return null
  const [, base, count, commit, extra] = parts
  if (base === undefined && count === undefined) return null
  const numbers = (base ?? '0').split('.').map((part) => String(Number(part)))
  const state = [
    ...(count === undefined ? [] : ['r', String(Number(count))]),
    ...(commit === undefined ? [] : [commit.startsWith('g') ? commit : `g${commit}`]),
    ...(extra === undefined ? [] : [extra]),
  ]
  if (numbers.length > 3 || state.length === 0) return null
  return `${[...numbers, '0', '0'].slice(0, 3).join('.')}-${state.join('.')}`
}

const FORM =
  /^(\d{1,8}(?:\.\d{1,8}){0,2})?(?:[._+]?r(\d{1,8}))?(?:[._+](g?[0-9a-f]{6,40}))?(?:[._+](dirty))?$/

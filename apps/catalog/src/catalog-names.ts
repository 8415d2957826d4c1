import type { CatalogState, CatalogStatus, Finding } from '@rbee/schema'

/** A path of a machine, of whatever system: what a catalog without a public address is named by. */
const PATH = /^(?:\/|[A-Za-z]:[\\/]|\\\\)/
/** Paths and `file:` addresses inside a sentence; not those of this API, nor parts of other addresses. */
const PATH_IN_TEXT =
  /(?<![\w.~@:/\\-])(?:file:\/\/)?(?:[A-Za-z]:(?=\\))?[/\\](?!v1\/)[^\s"'`,;()]*[^\s"'`,;().:]/g

/**
 * How everybody may see catalogs: by their own names, and those that are named by a path of the operator's machine by the
 * last part of it, with a number where several would be called the same.
 *
 * @param names in the order of precedence, which keeps the numbers in place.
 */
export function shownNames(names: readonly string[]): ReadonlyMap<string, string> {
  const shown = new Map(names.filter((name) => !PATH.test(name)).map((name) => [name, name]))
  const taken = new Set(shown.values())
  for (const name of names) {
    if (shown.has(name)) continue
    const [path = '', ...ref] = name.split('#')
    const short = [lastPart(path), ...ref].join('#')
    let free = short
    for (let number = 2; taken.has(free); number += 1) free = `${short} (${number})`
    taken.add(free)
    shown.set(name, free)
  }
  return shown
}

/** The catalog's own name, given that or the one that everybody sees; what is neither is answered as it is. */
export function ownName(status: CatalogStatus, given: string): string {
  const shown = shownNames(status.catalogs.map(({ catalog }) => catalog))
  if (shown.has(given)) return given
  return [...shown].find(([, name]) => name === given)?.[0] ?? given
}

/** A status without anything of the machine that the catalogs are read on. */
export function publicStatus({ catalogs }: CatalogStatus): CatalogStatus {
  const shown = shownNames(catalogs.map(({ catalog }) => catalog))
  const withoutNames = replacer(shown)
  const ofFinding = (finding: Finding): Finding => ({
    ...finding,
    message: withoutNames(finding.message),
    next: finding.next && withoutNames(finding.next),
  })
  const ofFailure = (text: string) =>
    withoutNames(text).replaceAll(PATH_IN_TEXT, (path) => `…/${lastPart(path)}`)
  return {
    catalogs: catalogs.map(
      ({ catalog, failure, refused, warnings, ...state }): CatalogState => ({
        catalog: shown.get(catalog) ?? catalog,
        ...state,
        ...(failure == null
          ? { failure }
          : {
              failure: {
                code: failure.code,
                message: ofFailure(failure.message),
                next: failure.next && ofFailure(failure.next),
              },
            }),
        refused: refused.map(ofFinding),
        warnings: warnings.map(ofFinding),
      }),
    ),
  }
}

/** Puts the names that everybody may see in the place of paths, the longest first: one may begin like another. */
function replacer(shown: ReadonlyMap<string, string>): (text: string) => string {
  const hidden = [...shown]
    .filter(([name, instead]) => name !== instead)
    .flatMap(([name, instead]): [string, string][] => {
      const [path = ''] = name.split('#')
      return [
        [name, instead],
        [path, lastPart(path)],
      ]
    })
    .filter(([name]) => name.length > 1)
    .toSorted(([a], [b]) => b.length - a.length)
  return (text) => hidden.reduce((changed, [name, instead]) => changed.replaceAll(name, () => instead), text)
}

function lastPart(path: string): string {
  return path.split(/[\\/]/).findLast((part) => part !== '') ?? 'catalog'
}

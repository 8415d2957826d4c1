/** Pages that nobody comes to by links alone: what people type, choose and mistype. */
const BESIDE_LINKS = ['/search?q=llm', '/search?q=zzzzzz', '/compare?w=llm-small&w=llm-large']
/** Of these there are many of one kind, made by one template of texts of one kind. */
const ALIKE = [
  /^\/docs\/(?:checks|decisions)\//,
  /^\/tag\//,
  /^\/publisher\//,
  /^\/worker\/[^/]+\/versions$/,
  /^\/worker\/[^/]+\/changelog$/,
  /^\/worker\/[^/]+\/dependents$/,
  /^\/worker\/[^/]+\/security$/,
  /^\/worker\/[^/]+\/\d[^/]*$/,
  /^\/worker\/[^/]+\/diff\//,
  /^\/worker\/[^/]+\/[^/]+\/files\//,
]
const GUIDE = /^\/docs\/(?!api$|errors$|manifest$)[a-z-]+$/

/** Follows the links of a site from its first page on. @returns the path of every page. Fails where a link leads nowhere. */
export async function everyPage(url: string): Promise<string[]> {
  const found = new Map([['/', '/']])
  const pages: string[] = []
  for (const [path, from] of found) {
    const response = await fetch(url + path, { headers: { accept: 'text/html' } })
    const text = await response.text()
    if (response.status !== 200) throw new Error(`${from} leads to ${path}, which answers ${response.status}`)
    if (!response.headers.get('content-type')?.startsWith('text/html')) continue
    pages.push(path)
    for (const [, link = ''] of text.matchAll(/<a [^>]*?href="([^"]*)"/g)) {
      const to = new URL(link.replaceAll('&amp;', '&'), url + path)
      if (to.origin === url && to.search === '' && !found.has(to.pathname)) found.set(to.pathname, path)
    }
  }
  return [...pages, ...BESIDE_LINKS]
}

/** Leaves one of those that the same template makes. Guides are alike in their looks, but not in what they hold. */
export function oneOfAKind(paths: readonly string[], { guidesAlike = false } = {}): string[] {
  const alike = guidesAlike ? [...ALIKE, GUIDE] : ALIKE
  const kindOf = (path: string) => {
    const kind = alike.findLastIndex((kind) => kind.test(path))
    return kind === -1 ? path : kind
  }
  return [...Map.groupBy(paths, kindOf).values()].flatMap((paths) => paths.slice(0, 1))
}

import { file, type SiteRoute } from '../route.ts'

/** Addresses of programs, and pages of which there are endlessly many, are no use to search engines. */
const NOT_FOR_CRAWLERS = [
  '/v1/',
  '/workers',
  '/pkgbuilds/',
  '/arch/',
  '/homebrew/',
  '/sources/',
  '/search?',
  '/compare',
]

/** `/robots.txt` (RFC 9309). */
export const robots: SiteRoute = {
  changesWith: 'program',
  answer: ({ registry }) =>
    file({
      contentType: 'text/plain; charset=utf-8',
      text: [
        'User-agent: *',
        ...NOT_FOR_CRAWLERS.map((path) => `Disallow: ${path}`),
        '',
        `Sitemap: ${registry}/sitemap.xml`,
        '',
      ].join('\n'),
    }),
}

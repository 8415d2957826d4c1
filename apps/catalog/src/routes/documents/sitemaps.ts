import { RbeeError } from '@rbee/schema'
import { sitemapIndexText, sitemapText, standingPages } from '@rbee/web'
import type { PublicEndpoint } from '../../endpoint.ts'
import { type Answer, taggedAnswer } from '../../http/answer.ts'
import { publicUrlOf } from '../../http/public-url.ts'

const XML = 'application/xml; charset=utf-8'

/** What search engines may list: one sitemap for the pages of the site, and one for each part of the list of workers. */
export const getSitemapIndex: PublicEndpoint = {
  rateLimit: 'page',
  dependsOn: 'documents',
  async handle(context, services): Promise<Answer> {
    const parts = await services.reader.listParts()
    const paths = Array.from({ length: parts }, (_, number) => `/sitemaps/workers-${number + 1}.xml`)
    return taggedAnswer(
      sitemapIndexText(['/sitemaps/pages.xml', ...paths], publicUrlOf(context, services)),
      XML,
    )
  },
}

const WORKERS = /^workers-([1-9]\d{0,5})\.xml$/

export const getSitemap: PublicEndpoint = {
  rateLimit: 'page',
  dependsOn: 'documents',
  async handle(context, services): Promise<Answer> {
    const registry = publicUrlOf(context, services)
    const file = context.req.param('file') ?? ''
    if (file === 'pages.xml') return taggedAnswer(sitemapText(standingPages(), registry), XML)
    const part = WORKERS.exec(file)?.[1]
    const workers = part === undefined ? [] : await services.reader.listPart(Number(part) - 1)
    if (workers.length === 0) {
      throw new RbeeError('not_found', 'There is no such sitemap', { next: 'begin with /sitemap.xml' })
    }
    const entries = workers.map(({ id, updated_at }) => ({ path: `/worker/${id}`, changed: updated_at }))
    return taggedAnswer(sitemapText(entries, registry), XML)
  },
}

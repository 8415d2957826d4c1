import type { WorkerDocument } from '@rbee/schema'
import { html, raw } from 'hono/html'
import type { Markup } from '../layout/markup.ts'

const SYSTEMS = { linux: 'Linux', macos: 'macOS', windows: 'Windows' } as const

/**
 * What search engines show of a worker (schema.org, SoftwareApplication), as data in a page. Browsers run nothing of this
 * type, so that the policy against inline scripts does not concern it.
 *
 * @param linked whether addresses that its author wrote may be led to.
 */
export function softwareApplication(worker: WorkerDocument, registry: string, linked: boolean): Markup {
  const { pricing } = worker
  const address = `${registry}/worker/${worker.id}`
  const about = {
    '@context': 'https://schema.org',
    '@type': 'SoftwareApplication',
    '@id': address,
    url: address,
    name: worker.name,
    description: worker.description,
    applicationCategory: 'DeveloperApplication',
    operatingSystem: [...new Set(worker.platforms.map(({ os }) => SYSTEMS[os]))].join(', '),
    softwareVersion: worker.version,
    license: worker.license,
    keywords: worker.tags.join(', '),
    image: `${registry}/og/${worker.id}.png`,
    datePublished: worker.published_at,
    dateModified: worker.updated_at,
    author: worker.authors.map((name) => ({ '@type': 'Person', name })),
    ...(linked && worker.homepage !== null ? { sameAs: worker.homepage } : {}),
    ...(pricing === null || pricing.model === 'free'
      ? { offers: { '@type': 'Offer', price: 0, priceCurrency: 'USD' } }
      : pricing.price_usd === undefined
        ? {}
        : { offers: { '@type': 'Offer', price: pricing.price_usd, priceCurrency: 'USD' } }),
  }
  return html`<script type="application/ld+json">${raw(jsonInHtml(about))}</script>`
}

/** JSON in which nothing can end the element that it stands in, or begin a comment (HTML, 4.12.1.3). */
function jsonInHtml(value: unknown): string {
  return JSON.stringify(value).replaceAll(/[<>&\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}

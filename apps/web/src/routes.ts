import { getAsset } from './assets/assets.ts'
import { apiPage } from './docs/api-page.ts'
import { docsPage } from './docs/docs-page.ts'
import { errorsPage } from './docs/errors-page.ts'
import { checkPage, decisionPage, guidePage } from './docs/guide-page.ts'
import { manifestPage } from './docs/manifest-page.ts'
import { homePage } from './home/home-page.ts'
import type { SiteRoute } from './route.ts'

/**
 * Every address of the site, in the form of the server's router. `/v1/…`, `/workers…`, `/arch`, `/homebrew` and `/sources`
 * belong to programs; of two addresses that match, the upper one is taken.
 */
export const SITE_ROUTES: Readonly<Record<string, SiteRoute>> = {
  '/': homePage,
  '/docs': docsPage,
  '/docs/api': apiPage,
  '/docs/errors': errorsPage,
  '/docs/manifest': manifestPage,
  '/docs/:name': guidePage,
  '/docs/checks/:name': checkPage,
  '/docs/decisions/:name': decisionPage,
  '/assets/:file': getAsset,
}

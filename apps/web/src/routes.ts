import { getAsset } from './assets/assets.ts'
import { badge } from './badge/badge.ts'
import { comparePage } from './compare/compare-page.ts'
import { llms } from './discovery/llms.ts'
import { openSearch } from './discovery/open-search.ts'
import { robots } from './discovery/robots.ts'
import { apiPage } from './docs/api-page.ts'
import { docsPage } from './docs/docs-page.ts'
import { errorsPage } from './docs/errors-page.ts'
import { checkPage, decisionPage, guidePage } from './docs/guide-page.ts'
import { manifestPage } from './docs/manifest-page.ts'
import { allFeed, publisherFeed, tagFeed } from './feeds/release-feeds.ts'
import { workerFeed } from './feeds/worker-feed.ts'
import { homePage } from './home/home-page.ts'
import { machineAnswer, machinePage } from './machine/machine-page.ts'
import { workerPicture } from './preview/worker-picture.ts'
import { publisherPage } from './publisher/publisher-page.ts'
import type { SiteForm, SiteRoute } from './route.ts'
import { searchPage } from './search/search-page.ts'
import { statusPage } from './status/status-page.ts'
import { tagPage } from './tags/tag-page.ts'
import { tagsPage } from './tags/tags-page.ts'
import { trustPage } from './trust/trust-page.ts'
import { changelogPage } from './worker/changelog-page.ts'
import { dependentsPage } from './worker/dependents-page.ts'
import { diffForm, diffPage } from './worker/diff-page.ts'
import { filesPage } from './worker/files-page.ts'
import { securityPage } from './worker/security-page.ts'
import { versionPage } from './worker/version-page.ts'
import { versionsPage } from './worker/versions-page.ts'
import { workerPage } from './worker/worker-page.ts'

/**
 * Every address of the site, in the form of the server's router. `/v1/…`, `/workers…`, `/arch`, `/homebrew` and `/sources`
 * belong to programs; of two addresses that match, the upper one is taken.
 */
export const SITE_ROUTES: Readonly<Record<string, SiteRoute>> = {
  '/': homePage,
  '/search': searchPage,
  '/tags': tagsPage,
  '/tag/:name': tagPage,
  '/publisher/:id': publisherPage,
  '/worker/:id': workerPage,
  '/worker/:id/versions': versionsPage,
  '/worker/:id/changelog': changelogPage,
  '/worker/:id/dependents': dependentsPage,
  '/worker/:id/security': securityPage,
  '/worker/:id/diff': diffForm,
  '/worker/:id/diff/:range': diffPage,
  '/worker/:id/:version': versionPage,
  '/worker/:id/:version/files/:platform/:variant': filesPage,
  '/compare': comparePage,
  '/machine': machinePage,
  '/docs': docsPage,
  '/docs/api': apiPage,
  '/docs/errors': errorsPage,
  '/docs/manifest': manifestPage,
  '/docs/:name': guidePage,
  '/docs/checks/:name': checkPage,
  '/docs/decisions/:name': decisionPage,
  '/trust': trustPage,
  '/status': statusPage,
  '/assets/:file': getAsset,
  '/badge/:file': badge,
  '/og/:file': workerPicture,
  '/feeds/all.atom': allFeed,
  '/feeds/tag/:file': tagFeed,
  '/feeds/publisher/:file': publisherFeed,
  '/feeds/worker/:file': workerFeed,
  '/robots.txt': robots,
  '/opensearch.xml': openSearch,
  '/llms.txt': llms,
}

/** Addresses to which pages send forms with `POST`, because what they hold is to stand in no address. */
export const SITE_FORMS: Readonly<Record<string, SiteForm>> = { '/machine': machineAnswer }

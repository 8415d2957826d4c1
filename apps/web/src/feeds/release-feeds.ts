import type { FoundWorker } from '@rbee/schema'
import { stemOf } from '../discovery/stem-of.ts'
import type { SiteRoute } from '../route.ts'
import { SITE_NAME } from '../site-name.ts'
import { atomFeed, FEED_ENTRIES, type FeedEntry } from './atom.ts'

/** `/feeds/all.atom`: the latest release of each worker, newest first. */
export const allFeed: SiteRoute = {
  changesWith: 'figures',
  async answer({ api, registry }) {
    const { hits } = await api.search(newest())
    return atomFeed({
      title: `${SITE_NAME}: releases`,
      self: `${registry}/feeds/all.atom`,
      page: `${registry}/search?sort=recent`,
      entries: hits.map(({ worker }) => entryOf(worker, registry)),
    })
  },
}

/** `/feeds/tag/NAME.atom`: the same for the workers with one tag. */
export const tagFeed: SiteRoute = {
  changesWith: 'figures',
  async answer({ api, parameter, registry }) {
    const tag = stemOf(parameter('file'), '.atom')
    const { hits } = await api.search(newest({ tag }))
    return atomFeed({
      title: `${SITE_NAME}: ${tag}`,
      self: `${registry}/feeds/tag/${encodeURIComponent(tag)}.atom`,
      page: `${registry}/tag/${encodeURIComponent(tag)}`,
      entries: hits.map(({ worker }) => entryOf(worker, registry)),
    })
  },
}

/** `/feeds/publisher/ID.atom`: the same for the workers of one publisher. */
export const publisherFeed: SiteRoute = {
  changesWith: 'figures',
  async answer({ api, parameter, registry }) {
    const publisher = await api.getPublisher(stemOf(parameter('file'), '.atom'), newest())
    return atomFeed({
      title: `${publisher.name}: releases`,
      self: `${registry}/feeds/publisher/${publisher.id}.atom`,
      page: `${registry}/publisher/${publisher.id}`,
      entries: publisher.workers.map((worker) => entryOf(worker, registry)),
    })
  },
}

function newest(filter: Readonly<Record<string, string>> = {}): URLSearchParams {
  return new URLSearchParams({ ...filter, sort: 'recent', limit: String(FEED_ENTRIES) })
}

function entryOf(worker: FoundWorker, registry: string): FeedEntry {
  return {
    title: `${worker.name} ${worker.version}`,
    page: `${registry}/worker/${worker.id}/${worker.version}`,
    author: worker.publisher.name,
    published: worker.published_at,
    updated: worker.published_at,
    summary: worker.description,
  }
}

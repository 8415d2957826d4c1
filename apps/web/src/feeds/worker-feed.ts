import type { VersionsDocument } from '@rbee/schema'
import { stemOf } from '../discovery/stem-of.ts'
import type { SiteRoute } from '../route.ts'
import { atomFeed, FEED_ENTRIES, type FeedEntry } from './atom.ts'

/** `/feeds/worker/ID.atom`: the releases of a worker, and what became of them. */
export const workerFeed: SiteRoute = {
  changesWith: 'documents',
  async answer({ api, parameter, registry }) {
    const worker = await api.getWorker(stemOf(parameter('file'), '.atom'))
    const { releases } = await api.listVersions(worker.id)
    const newest = releases
      .toSorted((a, b) => Date.parse(b.published_at) - Date.parse(a.published_at))
      .slice(0, FEED_ENTRIES)
    return atomFeed({
      title: `${worker.name}: releases`,
      self: `${registry}/feeds/worker/${worker.id}.atom`,
      page: `${registry}/worker/${worker.id}/versions`,
      entries: newest.map((release) => ({
        ...standingOf(release),
        title: `${worker.name} ${release.version}`,
        page: `${registry}/worker/${worker.id}/${release.version}`,
        author: worker.author ?? worker.id,
        published: release.published_at,
      })),
    })
  },
}

type Release = VersionsDocument['releases'][number]

function standingOf(release: Release): Pick<FeedEntry, 'summary' | 'updated'> {
  if (release.quarantined !== null) {
    return {
      summary: `Quarantined, may not run anywhere: ${release.quarantined}`,
      updated: release.quarantined_at ?? release.published_at,
    }
  }
  if (release.yanked !== null) {
    return {
      summary: `Yanked, not chosen any more: ${release.yanked}`,
      updated: release.yanked_at ?? release.published_at,
    }
  }
  const said = [
    release.security_fix === null ? null : `Security fix: ${release.security_fix}`,
    release.prerelease ? 'Pre-release' : null,
    release.platforms.length === 0 ? 'Source only' : `For ${release.platforms.join(', ')}`,
  ]
  return { summary: said.filter((part) => part !== null).join('. '), updated: release.published_at }
}

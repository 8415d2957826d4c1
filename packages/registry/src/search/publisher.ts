import type { Publisher } from '@rbee/search'
import type { WorkerRecord } from '../ports/database.ts'
import { sha256OfText } from '../sha256.ts'

const NAME_MAX = 60

/**
 * Who stands behind a worker, as far as the registry itself knows it: what a manifest says of its authors is anybody's
 * claim. The kinds have ids of different forms, so that nobody gets another's by choosing a name.
 */
export function publisherOf(record: WorkerRecord): Publisher {
  const { worker, recipe } = record
  if (worker.source === 'official') return { id: 'official', name: 'rbee', kind: 'official', verified: true }
  const account = provenAccount(record)
  if (account !== null) {
    return { id: idOf('github', account), name: account, kind: 'maintainer', verified: true }
  }
  const maintainer = recipe?.entry.manifest.maintainers[0]
  if (maintainer !== undefined) {
    return { id: idOf('maintainer', maintainer), name: maintainer, kind: 'maintainer', verified: false }
  }
  const [kind = '', name = ''] = splitOwner(worker.owner)
  if (recipe !== null || kind === 'catalog') {
    const catalog = recipe?.catalog ?? name
    return { id: idOf('catalog', catalog), name: lastPart(catalog), kind: 'catalog', verified: false }
  }
  if (kind === 'operator') {
    return { id: 'operator', name: 'the operator of this registry', kind: 'token', verified: true }
  }
  const short = sha256OfText(worker.owner).slice(0, 12)
  return { id: `token-${short}`, name: `publisher ${short.slice(0, 6)}`, kind: 'token', verified: false }
}

/** The account whose workflow published the newest release, as its provider signed it. */
function provenAccount({ releases }: WorkerRecord): string | null {
  const newest = releases.toSorted((a, b) => b.publishedAt - a.publishedAt)[0]?.publisher
  return newest?.kind === 'trusted_publisher' ? (newest.repository.split('/')[0] ?? null) : null
}

function splitOwner(owner: string): string[] {
  const colon = owner.indexOf(':')
  return colon === -1 ? [owner] : [owner.slice(0, colon), owner.slice(colon + 1)]
}

/** A name as part of an address: where letters get lost, a hash keeps two names apart. */
function idOf(kind: string, name: string): string {
  const plain = name.toLowerCase()
  if (/^[a-z0-9][a-z0-9-]*$/.test(plain) && plain.length <= NAME_MAX) return `${kind}-${plain}`
  const letters = plain.replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-|-$/g, '')
  return `${kind}-${`${letters.slice(0, NAME_MAX)}.`.replace(/^\./, '')}${sha256OfText(name).slice(0, 8)}`
}

/** Catalogs are named by their address or path; the end of it tells them apart for people. */
function lastPart(catalog: string): string {
  const parts = catalog.replace(/(\.git)?(#.*)?$/, '').split('/')
  return parts.findLast((part) => part !== '') ?? 'catalog'
}

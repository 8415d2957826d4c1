import { afterAll, beforeAll, describe } from 'vitest'
import { catalogSyncs } from './catalog-syncs.ts'
import { comparison } from './comparison.ts'
import { dependents } from './dependents.ts'
import { discovery } from './discovery.ts'
import { documentReads } from './document-reads.ts'
import { downloads } from './downloads.ts'
import { earlierClients } from './earlier-clients.ts'
import { fileLists } from './file-lists.ts'
import { hostileRequests } from './hostile-requests.ts'
import { httpRules } from './http-rules.ts'
import { images } from './images.ts'
import { licences } from './licences.ts'
import { packageFiles } from './package-files.ts'
import { packageRepositories } from './package-repositories.ts'
import { pages } from './pages.ts'
import { patches } from './patches.ts'
import { programs } from './programs.ts'
import { publisherKeys } from './publisher-keys.ts'
import { publishing } from './publishing.ts'
import { rebuilds } from './rebuilds.ts'
import { bringSamples, type Samples } from './sample-workers.ts'
import { search } from './search.ts'
import { seats } from './seats.ts'
import { signedMetadata } from './signed-metadata.ts'
import { soldBytes } from './sold-bytes.ts'
import { statistics } from './statistics.ts'
import type { IdentitySubject, MailSubject } from './subject.ts'
import { tokens } from './tokens.ts'
import { transfers } from './transfers.ts'
import { transparencyLog } from './transparency-log.ts'
import { trustedPublishing } from './trusted-publishing.ts'
import { webhooks } from './webhooks.ts'
import { withdrawing } from './withdrawing.ts'

/**
 * What a server has to do, on every runtime. `open` starts a fresh one; all tests share it and leave the sample workers
 * as they are.
 */
export function catalogContract(runtime: string, open: () => Promise<IdentitySubject & MailSubject>): void {
  describe(`the catalog on ${runtime}`, () => {
    let opened: (IdentitySubject & MailSubject) | null = null
    let samples: Samples | null = null

    beforeAll(async () => {
      opened = await open()
      samples = await bringSamples(opened)
    })
    afterAll(async () => {
      await opened?.close()
    })

    const subject = () => required(opened)
    documentReads(subject)
    downloads(subject, () => required(samples))
    httpRules(subject)
    pages(subject)
    comparison(subject)
    fileLists(subject)
    dependents(subject, () => required(samples))
    discovery(subject)
    publishing(subject, () => required(samples))
    publisherKeys(subject, () => required(samples))
    rebuilds(subject, () => required(samples))
    patches(subject, () => required(samples))
    catalogSyncs(subject)
    images(subject)
    webhooks(subject)
    licences(subject, () => required(samples))
    seats(subject, () => required(samples))
    soldBytes(subject, () => required(samples))
    tokens(subject, () => required(samples))
    trustedPublishing(subject, () => required(samples))
    programs(subject, () => required(samples))
    transfers(subject)
    withdrawing(subject, () => required(samples))
    transparencyLog(subject, () => required(samples))
    packageFiles(subject, () => required(samples))
    packageRepositories(subject)
    earlierClients(subject, () => required(samples))
    search(subject)
    statistics(subject, () => required(samples))
    signedMetadata(subject)
    hostileRequests(subject, () => required(samples))
  })
}

function required<Value>(value: Value | null): Value {
  if (value === null) throw new Error('The server is not open yet')
  return value
}

import type { Database } from '@rbee/registry'
import { sql } from 'drizzle-orm'
import { blobQueries } from './blobs.ts'
import { catalogQueries } from './catalogs.ts'
import { connect, type DatabaseOptions, type RunBatch } from './connection.ts'
import { downloadQueries } from './downloads.ts'
import { dueQueries } from './due.ts'
import { eventQueries } from './events.ts'
import { licenseQueries } from './licenses.ts'
import { logQueries } from './log.ts'
import { mailQueries } from './mails.ts'
import { patchQueries } from './patches.ts'
import { publisherKeyQueries } from './publisher-keys.ts'
import { rebuildQueries } from './rebuilds.ts'
import { recipeChanges } from './recipe-changes.ts'
import { refusalQueries } from './refusals.ts'
import { registryEventQueries } from './registry-events.ts'
import { searchQueries } from './search/search-queries.ts'
import { seatQueries } from './seats.ts'
import { tokenQueries } from './tokens.ts'
import { transferQueries } from './transfers.ts'
import { trustedPublisherQueries } from './trusted-publishers.ts'
import { uploadQueries } from './uploads.ts'
import { workerChanges } from './worker-changes.ts'
import { neededNameQueries } from './worker-needs.ts'
import { workerQueries } from './workers.ts'

/** The registry's database over whatever can run a batch. */
export function databaseOver(runBatch: RunBatch, options: DatabaseOptions): Database {
  const db = connect(runBatch, options)
  // A sync that is lost is repeated, and it ends with its state, which has to last; so do the documents of what is due.
  const later = connect(runBatch, options, 'later')
  return {
    async ping() {
      await db.batch([db.all(sql`select 1 as answer`)])
    },
    ...tokenQueries(db),
    ...workerQueries(db),
    ...workerChanges(db),
    ...eventQueries(db),
    ...logQueries(db),
    ...registryEventQueries(db),
    ...transferQueries(db),
    ...mailQueries(db),
    ...recipeChanges(later),
    ...refusalQueries(db),
    ...dueQueries(later),
    ...blobQueries(db),
    ...uploadQueries(db),
    ...catalogQueries(db),
    ...downloadQueries(db),
    ...trustedPublisherQueries(db),
    ...publisherKeyQueries(db),
    ...rebuildQueries(db),
    ...patchQueries(db),
    ...licenseQueries(db),
    // A row of search is lost with the mark of its documents, which is there again then.
    ...searchQueries(later),
    ...neededNameQueries(later),
    ...seatQueries(db),
  }
}

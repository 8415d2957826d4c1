import type { Database } from '@rbee/registry'
import { describe, expect, it } from 'vitest'
import { type Opened, openedPerTest } from '../opened.ts'
import { archivesAndUploads } from './archives-and-uploads.ts'
import { catalogs } from './catalogs.ts'
import { changesAtOnce } from './changes-at-once.ts'
import { downloads } from './downloads.ts'
import { dueMarks } from './due-marks.ts'
import { events } from './events.ts'
import { licenseSeats } from './license-seats.ts'
import { licenses } from './licenses.ts'
import { log } from './log.ts'
import { publisherKeys } from './publisher-keys.ts'
import { rebuilds } from './rebuilds.ts'
import { recipes } from './recipes.ts'
import { refusals } from './refusals.ts'
import { releases } from './releases.ts'
import { search } from './search.ts'
import { tokens } from './tokens.ts'
import { transfers } from './transfers.ts'
import { trustedPublishers } from './trusted-publishers.ts'
import { workerNeeds } from './worker-needs.ts'

/** What every `Database` has to do. `open` gives a database without rows for each test. */
export function databaseContract(name: string, open: () => Promise<Opened<Database>>): void {
  describe(`database: ${name}`, () => {
    const fresh = openedPerTest(open)

    it('answers', async () => {
      await expect((await fresh()).ping()).resolves.toBeUndefined()
    })

    describe('tokens', () => tokens(fresh))
    describe('trusted publishers', () => trustedPublishers(fresh))
    describe('recipes', () => recipes(fresh))
    describe('releases', () => releases(fresh))
    describe('publisher keys', () => publisherKeys(fresh))
    describe('rebuilds', () => rebuilds(fresh))
    describe('licenses', () => licenses(fresh))
    describe('seats of licenses', () => licenseSeats(fresh))
    describe('due marks', () => dueMarks(fresh))
    describe('events', () => events(fresh))
    describe('the log', () => log(fresh))
    describe('transfers', () => transfers(fresh))
    describe('changes at once', () => changesAtOnce(fresh))
    describe('archives and uploads', () => archivesAndUploads(fresh))
    describe('catalogs', () => catalogs(fresh))
    describe('refusals', () => refusals(fresh))
    describe('search', () => search(fresh))
    describe('downloads', () => downloads(fresh))
    describe('needs of workers', () => workerNeeds(fresh))
  })
}

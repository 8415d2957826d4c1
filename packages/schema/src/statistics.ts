import { z } from 'zod'
import { platformSchema, sha256Schema, variantNameSchema, workerIdSchema } from './ids.ts'
import { versionSchema } from './version.ts'

const count = z.number().int().nonnegative()
/** A day of UTC, as YYYY-MM-DD. */
export const daySchema = z.string().regex(/^\d{4}-\d{2}-\d{2}$/)
const days = z
  .array(z.object({ day: daySchema, downloads: count }))
  .describe('Days (UTC) with downloads out of the last 90, oldest first')

/** Stars given in this catalog. No call gives one yet, so the number is 0 and true. */
const stars = count.describe('Stars that the worker was given in this catalog')

/** Answer of `/v1/workers/:id/stats`. */
export const workerStatisticsSchema = z.object({
  worker: workerIdSchema,
  downloads: count.describe('One for each client, artifact and day, of all releases and formats'),
  stars,
  last_updated: z
    .string()
    .describe('When a download was last counted; before the first, when it was published'),
  versions: z.array(z.object({ version: versionSchema, downloads: count })).describe('Most downloads first'),
  variants: z
    .array(z.object({ variant: variantNameSchema, downloads: count }))
    .describe('Most downloads first'),
  platforms: z
    .array(z.object({ platform: platformSchema, downloads: count }))
    .describe('Most downloads first'),
  days,
})
export type WorkerStatistics = z.infer<typeof workerStatisticsSchema>

/** Answer of `/v1/stats/overview`. */
export const statisticsOverviewSchema = z.object({
  workers: count.describe('Workers in the catalog'),
  downloads: count,
  stars,
  last_updated: z.string().nullable().describe('When a download was last counted; null before the first'),
  top: z
    .array(z.object({ worker: workerIdSchema, downloads: count, url: z.string() }))
    .describe('The workers with the most downloads, most first'),
  rising: z
    .array(
      z.object({
        worker: workerIdSchema,
        downloads: count.describe('Of the last seven days (UTC)'),
        before: count.describe('Of the 28 days before those'),
        url: z.string(),
      }),
    )
    .default([])
    .describe(
      'Workers that were downloaded more in the last seven days than the four weeks before let expect, most surprising first; with fewer than ten downloads none is',
    ),
  rising_at: z
    .string()
    .nullable()
    .default(null)
    .describe('When `rising` was reckoned, as RFC 3339; null before the first download'),
  days,
})
export type StatisticsOverview = z.infer<typeof statisticsOverviewSchema>

/** The stored part of the overview: what downloads change. */
export const statisticsTotalsSchema = statisticsOverviewSchema.omit({ workers: true })
export type StatisticsTotals = z.infer<typeof statisticsTotalsSchema>

/** One download on its way to where it is counted; without the address of the client. */
export const downloadMarkSchema = z.object({
  day: daySchema,
  client: z.string().min(1).max(64),
  sha256: sha256Schema,
})

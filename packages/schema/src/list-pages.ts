import { z } from 'zod'
import { workerSummarySchema } from './documents.ts'
import { sha256Schema, workerIdSchema } from './ids.ts'

// How the list of all workers is stored: immutable pages, sorted by id, and one small root that names them.

/** One worker in a page. */
export const listEntrySchema = z.object({
  summary: workerSummarySchema,
  /** Its entries of the earlier `/workers` list as ready JSON, with commas between them; empty where it has none. */
  legacy: z.string(),
})
export type ListEntry = z.infer<typeof listEntrySchema>

export const listPageSchema = z.object({
  /** The root's generation for which the page was written: makes every page differ from every earlier one. */
  generation: z.number().int(),
  entries: z.array(listEntrySchema),
})

/** A page as the root names it: both ends inclusive. */
export const listPageRefSchema = z.object({
  first: workerIdSchema,
  last: workerIdSchema,
  count: z.number().int(),
  /** Bytes of its entries of the earlier list, with the commas between them; pages of earlier versions don't say. */
  legacy_bytes: z.number().int().nonnegative().optional(),
  /** Of the page's bytes, under which it is stored. */
  sha256: sha256Schema,
})
export type ListPageRef = z.infer<typeof listPageRefSchema>

export const listRootSchema = z.object({
  /** Grows with every change of the list. */
  generation: z.number().int(),
  total: z.number().int(),
  pages: z.array(listPageRefSchema),
  /** Pages that earlier roots named; freed once nobody can be reading those roots any more. */
  retired: z.array(z.object({ sha256: sha256Schema, retired_at: z.string() })),
})
export type ListRoot = z.infer<typeof listRootSchema>

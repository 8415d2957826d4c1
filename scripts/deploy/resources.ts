import { unstable_readConfig } from 'wrangler'
import { z } from 'zod'
import { CONFIGURATION } from './wrangler.ts'

/** What has to exist in an account before the Worker can be deployed to it. */
export interface Resources {
  readonly database: { readonly name: string; readonly id: string }
  readonly buckets: readonly string[]
  readonly queues: readonly string[]
}

/** What the file holds as it comes: no database has this id. */
export const PLACEHOLDER = '00000000-0000-0000-0000-000000000000'

const configurationSchema = z.object({
  d1_databases: z.tuple([z.object({ database_name: z.string(), database_id: z.string() })]),
  r2_buckets: z.array(z.object({ bucket_name: z.string() })),
  queues: z.object({
    producers: z.array(z.object({ queue: z.string() })),
    consumers: z.array(z.object({ queue: z.string(), dead_letter_queue: z.string() })),
  }),
})

/** Reads them out of wrangler.jsonc. */
export function readResources(): Resources {
  const { d1_databases, r2_buckets, queues } = configurationSchema.parse(
    unstable_readConfig({ config: CONFIGURATION }),
  )
  const [{ database_name, database_id }] = d1_databases
  const names = [
    ...queues.producers.map(({ queue }) => queue),
    ...queues.consumers.flatMap(({ queue, dead_letter_queue }) => [queue, dead_letter_queue]),
  ]
  return {
    database: { name: database_name, id: database_id },
    buckets: r2_buckets.map(({ bucket_name }) => bucket_name),
    queues: [...new Set(names)],
  }
}

/** What to do where the resources were never made, which the placeholder tells; null where they were. */
export function missingResources({ database, buckets, queues }: Resources): string | null {
  if (database.id !== PLACEHOLDER) return null
  const commands = [
    `npx wrangler d1 create ${database.name}`,
    ...buckets.map((bucket) => `npx wrangler r2 bucket create ${bucket}`),
    ...queues.map((queue) => `npx wrangler queues create ${queue}`),
    'npx wrangler secret put RBEE_OPERATOR_TOKEN',
  ]
  return `apps/catalog/wrangler.jsonc still has the placeholder for the id of the database. Once, in apps/catalog:

${commands.map((command) => `  ${command}`).join('\n')}

and put the database_id that the first command prints into wrangler.jsonc.
`
}

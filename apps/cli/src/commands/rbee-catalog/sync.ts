import { join } from 'node:path'
import { type CatalogState, type FailedCatalog, type Finding, RbeeError } from '@rbee/schema'
import { z } from 'zod'
import { catalogLocations } from '../../catalog/catalog-locations.ts'
import { catalogPlaces, compilerName, readCatalogs } from '../../catalog/compile-catalogs.ts'
import { countsOf, reportFailedCatalog, reportFindings } from '../../catalog/describe-findings.ts'
import {
  type OutgoingCatalog,
  type SyncProgress,
  type SyncTarget,
  syncCatalogs,
} from '../../catalog/sync-catalogs.ts'
import { rehearsalTarget, serverTarget } from '../../catalog/targets.ts'
import { hiveHome } from '../../hive/home.ts'
import { type CommandContext, command } from '../../program/command.ts'
import { counted } from '../../program/counted.ts'
import { EXIT } from '../../program/exit-codes.ts'
import { connectRegistry } from '../../registry/connect.ts'

/** What became of one catalog; with `--dry-run` what would. */
interface CatalogResult {
  readonly catalog: string
  readonly commit: string | null
  readonly accepted: readonly { readonly id: string; readonly version: string; readonly path: string }[]
  readonly refused: readonly Finding[]
  readonly warnings: readonly Finding[]
  /** Entries that changed and were sent; null when nothing was to be sent. */
  readonly sent: number | null
}

interface SyncResult {
  readonly dry_run: boolean
  readonly strict: boolean
  readonly catalogs: readonly CatalogResult[]
  readonly failed: readonly FailedCatalog[]
  readonly dropped: readonly { readonly catalog: string; readonly removed: number }[]
}

const optionsSchema = z.object({
  registry: z.string(),
  to: z.string().optional(),
  catalog: z.array(z.string().min(1)).default([]),
  drop: z.array(z.string().min(1)).default([]),
  dryRun: z.boolean().default(false),
  force: z.boolean().default(false),
  strict: z.boolean().default(false),
})
type SyncOptions = z.infer<typeof optionsSchema>

export default command({
  options: optionsSchema,

  async run(context, _args, options): Promise<SyncResult> {
    if (options.drop.length > 0) return drop(context, options)
    const places = catalogPlaces(catalogLocations(options.catalog))
    if (places.length === 0) throw noCatalog()
    const target = await targetOf(context, options)
    const states = await target.states()
    const outgoing: OutgoingCatalog[] = []
    const unchanged: CatalogResult[] = []
    const failed: FailedCatalog[] = []
    const reading = {
      states,
      announced: true,
      cacheFolder: join(hiveHome(context.env.RBEE_HOME || '~/.cache/rbee', context.cwd).root, 'repositories'),
      isForced: () => options.force,
    }
    for await (const read of readCatalogs(context, places, reading)) {
      const { position, location } = read.place
      switch (read.kind) {
        case 'compiled':
          outgoing.push({
            compiled: read.compiled,
            compiler: compilerName(context),
            ...(places.length > 1 ? { position } : {}),
          })
          break
        case 'unchanged':
          unchanged.push(resultOf({ state: read.state, sent: 0 }))
          break
        case 'failed': {
          const { failure } = read
          reportFailedCatalog(context, location, failure)
          failed.push({
            catalog: location,
            code: failure.code,
            message: failure.message,
            next: failure.next,
          })
        }
      }
    }
    const progress = options.dryRun ? undefined : sendingProgress(context)
    const outcomes = await syncCatalogs(outgoing, target, progress)
    const results = outcomes.map(({ state, sent }) => resultOf({ state, sent: options.dryRun ? null : sent }))
    for (const result of results) reportFindings(context, result)
    if (options.dryRun) context.terminal.info('names that a server gave to others already are not known here')
    return {
      dry_run: options.dryRun,
      strict: options.strict,
      catalogs: [...results, ...unchanged],
      failed,
      dropped: [],
    }
  },

  view({ catalogs, dropped, dry_run }) {
    const synced = catalogs.map(({ catalog, accepted, refused, warnings, sent }) => {
      const counts = countsOf(accepted.length, refused, warnings)
      return `${catalog}: ${counts}${dry_run ? ' (nothing was sent)' : `, ${sent} changed`}`
    })
    const gone = dropped.map(
      ({ catalog, removed }) => `${catalog}: dropped with ${counted(removed, 'worker')}`,
    )
    return [...synced, ...gone].join('\n')
  },

  exitCode: ({ catalogs, failed, strict }) => {
    const refused = strict && catalogs.some((catalog) => catalog.refused.length > 0)
    if (failed.length === 0) return refused ? EXIT.failed : EXIT.done
    return failed.every(({ code }) => code === 'catalog_unreachable') ? EXIT.registry : EXIT.failed
  },
})

async function targetOf(context: CommandContext, options: SyncOptions): Promise<SyncTarget> {
  if (options.dryRun) return rehearsalTarget(context)
  const { client } = await connectRegistry(context, options.to ?? options.registry)
  // Where nothing changed nothing would be sent, and a wrong token would be noticed by the change after that.
  const { scope } = await client.currentToken()
  if (scope !== 'operator') throw operatorNeeded()
  return serverTarget(client)
}

function operatorNeeded(): RbeeError {
  return new RbeeError('forbidden', 'a publish token may not sync catalogs', {
    next: 'set RBEE_TOKEN to a token made with: rbee-catalog token create --scope operator',
  })
}

/** Takes catalogs away from a server; RBEE_CATALOG, which may be set for the server itself, has no say in it. */
async function drop(context: CommandContext, options: SyncOptions): Promise<SyncResult> {
  if (options.dryRun) throw new RbeeError('usage', '--drop cannot be combined with --dry-run')
  const { client } = await connectRegistry(context, options.to ?? options.registry)
  const dropped: { catalog: string; removed: number }[] = []
  for (const catalog of options.drop) {
    const { removed, remaining } = await client.dropCatalog(catalog)
    for (let left = remaining; left > 0; ) left = (await client.dropCatalog(catalog)).remaining
    dropped.push({ catalog, removed })
  }
  return { dry_run: false, strict: options.strict, catalogs: [], failed: [], dropped }
}

function resultOf({ state, sent }: { state: CatalogState; sent: number | null }): CatalogResult {
  const { catalog, commit, accepted, refused, warnings } = state
  return { catalog, commit, accepted, refused, warnings, sent }
}

function sendingProgress(context: CommandContext): (progress: SyncProgress) => void {
  let bar: ReturnType<CommandContext['terminal']['progress']> | null = null
  let shown = 0
  return ({ total, sent }) => {
    context.signal.throwIfAborted()
    bar ??= context.terminal.progress({ label: 'sending', total, unit: 'items' })
    bar.advance(sent - shown)
    shown = sent
    if (sent === total) bar.done()
  }
}

/** Only a clone has a catalog of its own. */
function noCatalog(): RbeeError {
  return new RbeeError('usage', 'no catalog is named', {
    next: 'name a folder or a repository with --catalog (variable: RBEE_CATALOG)',
  })
}

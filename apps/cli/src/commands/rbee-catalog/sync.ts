import type { CompiledCatalog, Finding } from '@rbee/schema'
import { z } from 'zod'
import { catalogLocations } from '../../catalog/catalog-locations.ts'
import { compileCatalogs } from '../../catalog/compile-catalogs.ts'
import { countsOf, reportFailedCatalog, reportFindings } from '../../catalog/describe-findings.ts'
import { type SyncTarget, syncCatalog } from '../../catalog/sync-catalog.ts'
import { serverTarget } from '../../catalog/targets.ts'
import { type CommandContext, command } from '../../program/command.ts'
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

interface FailedCatalog {
  readonly catalog: string
  readonly code: string
  readonly message: string
  readonly next: string | null
}

export default command({
  options: z.object({
    to: z.string(),
    catalog: z.array(z.string().min(1)).default([]),
    dryRun: z.boolean().default(false),
    strict: z.boolean().default(false),
  }),

  async run(context, _args, options) {
    const locations = catalogLocations(options.catalog)
    const target = options.dryRun ? null : serverTarget((await connectRegistry(context, options.to)).client)
    const catalogs: CatalogResult[] = []
    const failed: FailedCatalog[] = []
    for await (const { location, compiled, failure } of compileCatalogs(context, locations)) {
      context.signal.throwIfAborted()
      if (compiled === null) {
        reportFailedCatalog(context, location, failure)
        failed.push({ catalog: location, code: failure.code, message: failure.message, next: failure.next })
        continue
      }
      const result = target === null ? plan(compiled) : await send(context, compiled, target)
      reportFindings(context, result)
      catalogs.push(result)
    }
    return { dry_run: options.dryRun, strict: options.strict, catalogs, failed }
  },

  view({ catalogs, dry_run }) {
    return catalogs
      .map(({ catalog, accepted, refused, warnings, sent }) => {
        const counts = countsOf(accepted.length, refused, warnings)
        return `${catalog}: ${counts}${dry_run ? ' (nothing was sent)' : `, ${sent} changed`}`
      })
      .join('\n')
  },

  exitCode: ({ catalogs, failed, strict }) =>
    failed.length > 0 || (strict && catalogs.some(({ refused }) => refused.length > 0))
      ? EXIT.failed
      : EXIT.done,
})

function plan(compiled: CompiledCatalog): CatalogResult {
  return {
    catalog: compiled.catalog,
    commit: compiled.commit,
    accepted: compiled.entries.map(({ manifest, version, git }) => ({
      id: manifest.id,
      version,
      path: git.path,
    })),
    refused: compiled.findings.filter(({ severity }) => severity === 'error'),
    warnings: compiled.findings.filter(({ severity }) => severity === 'warning'),
    sent: null,
  }
}

async function send(
  context: CommandContext,
  compiled: CompiledCatalog,
  target: SyncTarget,
): Promise<CatalogResult> {
  let progress: ReturnType<CommandContext['terminal']['progress']> | null = null
  let shown = 0
  const { state, sent } = await syncCatalog(compiled, target, ({ total, sent: now }) => {
    context.signal.throwIfAborted()
    progress ??= context.terminal.progress({ label: 'sending', total, unit: 'items' })
    progress.advance(now - shown)
    shown = now
    if (now === total) progress.done()
  })
  const { catalog, commit, accepted, refused, warnings } = state
  return { catalog, commit, accepted, refused, warnings, sent }
}

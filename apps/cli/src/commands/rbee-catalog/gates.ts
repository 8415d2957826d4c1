import { RbeeError } from '@rbee/schema'
import { z } from 'zod'
import { catalogSubjects } from '../../catalog/gates/catalog-subjects.ts'
import { describeGates } from '../../catalog/gates/describe-gates.ts'
import type { GateOutcome, GateSubject, UnreadableWorker } from '../../catalog/gates/gate-result.ts'
import { registrySubjects, type Subjects, subjectOf } from '../../catalog/gates/registry-subjects.ts'
import { runGates } from '../../catalog/gates/run-gates.ts'
import { findTools } from '../../catalog/gates/tools/find-tools.ts'
import { type CommandContext, command } from '../../program/command.ts'
import { EXIT } from '../../program/exit-codes.ts'
import { connectRegistry, type RegistryConnection } from '../../registry/connect.ts'

const DEFAULT_REGISTRY = 'http://127.0.0.1:8787'

export default command({
  options: z.object({
    catalog: z.array(z.string().min(1)).default([]),
    registry: z.string().optional(),
    download: z.boolean().default(false),
  }),

  async run(context, [dir], { catalog, registry, download }) {
    if (dir !== undefined && catalog.length > 0) {
      throw new RbeeError('usage', 'name catalogs either as an argument or with --catalog')
    }
    const locations = dir === undefined ? catalog : [dir]
    const connection = await connectRegistry(context, registry ?? DEFAULT_REGISTRY)
    const subjects =
      locations.length === 0
        ? registrySubjects(connection.client, connection.url)
        : await ofCatalogs(context, locations, connection, registry !== undefined)
    const tools = await findTools({ searchPath: context.env.PATH })
    const outcomes: GateOutcome[] = []
    const unreadable: UnreadableWorker[] = []
    const bar = lookingBar(context, subjects)
    for await (const batch of runGates(context, bar.counted(subjects.all), {
      tools,
      fetch: connection.fetch,
      download,
    })) {
      outcomes.push(...batch.outcomes)
      unreadable.push(...batch.unreadable)
    }
    bar.done()
    const count = (status: GateOutcome['status']) => outcomes.filter((one) => one.status === status).length
    return {
      registry: locations.length === 0 || registry !== undefined ? connection.url : null,
      catalogs: locations,
      tools: tools.map(({ name }) => name),
      workers: new Set(outcomes.map(({ worker }) => worker)).size + unreadable.length,
      summary: {
        ok: count('ok'),
        not_applicable: count('not_applicable'),
        failed: count('failed') + unreadable.length,
      },
      files: outcomes,
      unreadable,
    }
  },

  view: describeGates,

  exitCode: ({ summary }) => (summary.failed === 0 ? EXIT.done : EXIT.failed),
})

/** The workers of catalogs; with a registry, those that it serves as it serves them. */
async function ofCatalogs(
  context: CommandContext,
  locations: readonly string[],
  { client, url }: RegistryConnection,
  isServed: boolean,
): Promise<Subjects> {
  const subjects = await catalogSubjects(context, locations, url)
  return { total: subjects.length, all: isServed ? served() : local() }

  async function* local() {
    yield* subjects
  }

  async function* served(): AsyncGenerator<GateSubject | UnreadableWorker> {
    for (const subject of subjects) {
      const found = await subjectOf(client, url, subject.worker.id)
      const isUnknown = 'reason' in found && found.reason.code === 'worker_not_found'
      yield isUnknown ? subject : found
    }
  }
}

function lookingBar({ terminal }: CommandContext, subjects: Subjects) {
  let bar: ReturnType<typeof terminal.progress> | null = null
  return {
    async *counted(all: Subjects['all']) {
      for await (const subject of all) {
        bar ??= terminal.progress({ label: 'looking at workers', total: subjects.total ?? 0, unit: 'items' })
        yield subject
        bar.advance(1)
      }
    },
    done: () => bar?.done(),
  }
}

import type { CommandContext } from '../../program/command.ts'
import { inOrder } from '../in-order.ts'
import {
  type GateOutcome,
  type GateSubject,
  invalidFile,
  type Reason,
  type UnreadableWorker,
} from './gate-result.ts'
import { NamedArtifacts } from './named-artifacts.ts'
import { type FileReading, readGenerated } from './read-generated.ts'
import { runTool } from './tools/run-tool.ts'
import type { Tool } from './tools/tool.ts'
import { type WrittenFile, writeEveryFile } from './write-files.ts'

export interface GateOptions {
  readonly tools: readonly Tool[]
  readonly fetch: typeof fetch
  /** Whether the bytes of every archive are fetched and hashed. */
  readonly download: boolean
}

/** What is told of the workers, a batch at a time. */
export interface GateBatch {
  readonly outcomes: readonly GateOutcome[]
  readonly unreadable: readonly UnreadableWorker[]
}

/** Workers whose files go to the tools together. */
const BATCH_WORKERS = 250
/** Workers whose archives are asked for at the same time. */
const AT_ONCE = 8

/**
 * Makes every package file of every worker, has it read by the tools, and looks for what it names. Workers are taken a
 * batch at a time, so that memory does not grow with their number.
 *
 * Fails with `registry_unreachable` where the registry ceases to answer, `tool_failed`, and with the signal's reason.
 */
export async function* runGates(
  context: CommandContext,
  subjects: AsyncIterable<GateSubject | UnreadableWorker>,
  options: GateOptions,
): AsyncGenerator<GateBatch> {
  const artifacts = new NamedArtifacts({ ...options, signal: context.signal })
  let batch: (GateSubject | UnreadableWorker)[] = []
  for await (const subject of subjects) {
    context.signal.throwIfAborted()
    batch.push(subject)
    if (batch.length < BATCH_WORKERS) continue
    yield await judgeBatch(context, batch, artifacts, options)
    batch = []
  }
  if (batch.length > 0) yield await judgeBatch(context, batch, artifacts, options)
}

async function judgeBatch(
  context: CommandContext,
  batch: readonly (GateSubject | UnreadableWorker)[],
  artifacts: NamedArtifacts,
  { tools }: GateOptions,
): Promise<GateBatch> {
  const unreadable = batch.flatMap((one) => ('reason' in one ? [one] : []))
  const subjects = batch.flatMap((one) => ('reason' in one ? [] : [one]))
  const judged: Judged[] = []
  const judging = inOrder(
    subjects,
    AT_ONCE,
    ({ worker }) => worker.id,
    (subject) => judgeFiles(subject, artifacts),
  )
  for await (const files of judging) judged.push(...files)
  const said = await askTools(context, judged, tools)
  return { unreadable, outcomes: judged.map((one) => outcomeOf(one, said)) }
}

/** A file with what is known of it before any program reads it. */
interface StaticJudgement {
  readonly written: WrittenFile
  readonly shape: FileReading['shape']
  /** Whether a program may be given it. */
  readonly isReadable: boolean
  readonly reasons: readonly Reason[]
}
type Judged = GateOutcome | StaticJudgement

/** Files of one worker name the same archives: one after the other, each archive is asked for once. */
async function judgeFiles(subject: GateSubject, artifacts: NamedArtifacts): Promise<readonly Judged[]> {
  const judged: Judged[] = []
  for (const written of writeEveryFile(subject))
    judged.push('status' in written ? written : await judgeFile(written, subject, artifacts))
  return judged
}

async function judgeFile(
  written: WrittenFile,
  subject: GateSubject,
  artifacts: NamedArtifacts,
): Promise<StaticJudgement> {
  const { shape, sources, problems } = await readGenerated(written)
  const wrong = await Promise.all(sources.map((source) => artifacts.check(source, subject)))
  return { written, shape, isReadable: problems.length === 0, reasons: [...problems, ...wrong.flat()] }
}

interface Said {
  readonly readBy: readonly string[]
  readonly reasons: readonly Reason[]
}

/** One process per tool and batch. What was found to run commands is given to none. */
async function askTools(
  { env, signal }: CommandContext,
  judged: readonly Judged[],
  tools: readonly Tool[],
): Promise<ReadonlyMap<StaticJudgement, Said>> {
  const files = judged.filter((one): one is StaticJudgement => 'written' in one && one.isReadable)
  const said = new Map<StaticJudgement, Said>(files.map((file) => [file, { readBy: [], reasons: [] }]))
  for (const tool of tools) {
    const read = files.filter(({ written }) => tool.reads(written.about.format))
    if (read.length === 0) continue
    const toRead = read.map(({ written, shape }) => ({ ...written.file, shape }))
    const refused = await runTool(tool, toRead, { searchPath: env.PATH, signal })
    for (const [place, file] of read.entries()) {
      const before = said.get(file) ?? { readBy: [], reasons: [] }
      const why = refused.get(place)
      said.set(file, {
        readBy: [...before.readBy, tool.name],
        reasons:
          why === undefined
            ? before.reasons
            : [...before.reasons, invalidFile(`${tool.name} cannot read it: ${why}`)],
      })
    }
  }
  return said
}

function outcomeOf(judged: Judged, said: ReadonlyMap<StaticJudgement, Said>): GateOutcome {
  if ('status' in judged) return judged
  const { written, reasons } = judged
  const { readBy, reasons: refusals } = said.get(judged) ?? { readBy: [], reasons: [] }
  const all = [...reasons, ...refusals]
  return all.length > 0
    ? { ...written.about, status: 'failed', reasons: all }
    : { ...written.about, status: 'ok', file: written.file.fileName, checked_with: readBy }
}

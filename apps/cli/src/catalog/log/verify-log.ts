import { Buffer } from 'node:buffer'
import { setTimeout } from 'node:timers/promises'
import {
  type Checkpoint,
  checkConsistency,
  type Hash,
  type KnownLog,
  type LogSource,
  type NoteVerifier,
  readCheckpoint,
  replayLog,
} from '@rbee/transparency-log'
import type { CommandContext } from '../../program/command.ts'
import type { ProgressBar } from '../../program/terminal.ts'
import { connectRegistry, type RegistryConnection } from '../../registry/connect.ts'
import { parseRegistryUrl } from '../../registry/registry-url.ts'
import { compareCopies, compareReleases } from './compare-releases.ts'
import { expectedKey } from './expected-key.ts'
import type { LogFinding } from './findings.ts'
import { readLogState, writeLogState } from './log-state.ts'
import { type LoggedReleases, loggedReleases } from './logged-releases.ts'

/** What is published while the log is read may be on its way into documents: it is looked at again after this long. */
const SECOND_LOOK_MS = 2_000

export interface VerifyOptions {
  readonly key: string | null
  /** Absolute path. */
  readonly stateFile: string | null
  /** Whose copy of the log and of the releases is read; null for the registry itself. */
  readonly mirror: string | null
}

/** What a log was found to be. */
export interface LogReport {
  readonly ok: boolean
  readonly registry: string
  readonly key: string
  readonly size: number
  /** Base64, as in the checkpoint. */
  readonly root: string
  /** Entries it had when it was verified before; null the first time. */
  readonly known_size: number | null
  readonly releases: number
  readonly findings: readonly LogFinding[]
}

/**
 * Reads a registry's log from its first entry on, checks all that it claims, and compares it with what the registry serves.
 * What contradicts itself ends it with a code of its own; releases that differ from the log are findings.
 */
export async function verifyLog(
  context: Pick<CommandContext, 'env' | 'signal' | 'terminal'>,
  registry: string,
  { key, stateFile, mirror }: VerifyOptions,
): Promise<LogReport> {
  const through = mirror === null ? context : { ...context, mirror: parseRegistryUrl(mirror, 'mirror') }
  const connection = await connectRegistry(through, registry)
  const { url, client } = connection
  const source: LogSource = (path, maxBytes) => client.logFile(path, maxBytes)
  const state = stateFile === null ? null : await readLogState(stateFile)
  const verifier = await expectedKey(context, source, key, state)
  const known = state?.log ?? null
  let log = await replay(context, source, verifier, known)
  const compare = mirror === null ? compareAll : compareMirrored
  let findings = await compare(context, connection, log.releases)
  if (findings.length > 0) {
    await setTimeout(SECOND_LOOK_MS, undefined, { signal: context.signal })
    log = await replay(context, source, verifier, { ...log.checkpoint, leaves: log.leaves })
    findings = await compare(context, connection, log.releases)
  }
  const { checkpoint, leaves, releases } = log
  if (stateFile !== null && findings.length === 0) {
    const { size, root } = checkpoint
    await writeLogState(stateFile, { registry: url, key: verifier.text, log: { size, root, leaves } })
  }
  return {
    ok: findings.length === 0,
    registry: url,
    key: verifier.text,
    size: checkpoint.size,
    root: Buffer.from(checkpoint.root).toString('base64'),
    known_size: known?.size ?? null,
    releases: releases.count,
    findings,
  }
}

interface ReplayedLog {
  readonly checkpoint: Checkpoint
  readonly leaves: readonly Hash[]
  readonly releases: LoggedReleases
}

async function replay(
  { terminal }: Pick<CommandContext, 'terminal'>,
  source: LogSource,
  verifier: NoteVerifier,
  known: KnownLog | null,
): Promise<ReplayedLog> {
  const checkpoint = await readCheckpoint(source, verifier)
  const releases = loggedReleases()
  const bar = terminal.progress({ label: 'reading the log', total: checkpoint.size, unit: 'items' })
  const leaves = await replayLog(source, checkpoint, {
    known,
    onEntry(index, entry) {
      releases.add(index, entry)
      bar.advance(1)
    },
  })
  bar.done()
  // Somebody else may have been shown another log in the meantime.
  await checkConsistency(source, checkpoint, await readCheckpoint(source, verifier))
  return { checkpoint, leaves, releases }
}

async function compareAll(
  { terminal }: Pick<CommandContext, 'terminal'>,
  { client, url }: RegistryConnection,
  releases: LoggedReleases,
): Promise<LogFinding[]> {
  const shown: { bar?: ProgressBar } = {}
  const findings = await compareReleases(client, url, releases, {
    onTotal(total) {
      shown.bar ??= terminal.progress({ label: 'comparing releases', total, unit: 'items' })
    },
    onWorker: () => shown.bar?.advance(1),
  })
  shown.bar?.done()
  return findings
}

/** A mirror may have some workers only, and lists none: what it has is compared. */
async function compareMirrored(
  _context: Pick<CommandContext, 'terminal'>,
  { client }: RegistryConnection,
  releases: LoggedReleases,
): Promise<LogFinding[]> {
  return compareCopies(client, releases)
}

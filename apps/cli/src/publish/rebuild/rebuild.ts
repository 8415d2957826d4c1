import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { digestTar, type PackEntry } from '@rbee/packaging'
import type { PublisherSigner } from '@rbee/provenance'
import { type Platform, RbeeError, type VariantName } from '@rbee/schema'
import { translateDiskError } from '../../hive/disk-errors.ts'
import type { Publisher } from '../../hive/evidence/evidence.ts'
import type { HiveHome } from '../../hive/home.ts'
import { openBuildLog } from '../../hive/source-build/build-log.ts'
import type { BuildRun } from '../../hive/source-build/build-step.ts'
import { findBuildTools, type MachineTools } from '../../hive/source-build/build-tools.ts'
import { type Agreement, obtainConsent } from '../../hive/source-build/consent.ts'
import type { BuildLimits } from '../../hive/source-build/limits.ts'
import { requireTool } from '../../hive/source-build/prepare-build.ts'
import { clearWorkplaces, openWorkplace } from '../../hive/source-build/workplace.ts'
import type { VerifiedConnection } from '../../hive/trust/connect-verified.ts'
import type { CommandContext } from '../../program/command.ts'
import { makeScratchFolder } from '../scratch-folder.ts'
import { type Attesting, attest, prepareAttesting } from './attest.ts'
import { buildSource } from './build-source.ts'
import { compareArtifacts } from './compare-artifact.ts'
import { type DependencyFetch, dependencyFetch } from './dependencies.ts'
import { fetchSource, type SourceOrigin } from './fetch-source.ts'
import { findLocalSource } from './local-source.ts'
import { offerNode } from './node-program.ts'
import { fetchPublished } from './published-artifact.ts'
import { readSource } from './read-source.ts'
import {
  chooseTarget,
  describeOrigin,
  missingProtection,
  type RebuildPlan,
  type RebuildTarget,
} from './rebuild-plan.ts'
import type { RebuildResult } from './rebuild-result.ts'
import { findReleaseSource, type SignedSource } from './release-source.ts'
import { describeRebuild } from './views.ts'

export interface RebuildRequest {
  /** As the user wrote it. */
  readonly address: string
  /** Null means the latest. */
  readonly version: string | null
  /** Null for a machine that no worker can be built for. */
  readonly platform: Platform | null
  /** Null means the address's, else the release's default. */
  readonly variant: VariantName | null
  /** A folder in place of the repository that the release names, absolute. */
  readonly from: string | null
  readonly dryRun: boolean
  readonly home: HiveHome
  readonly agreement: Agreement
  readonly limits: BuildLimits
  /** Signs what came of it; null where nothing is attested. */
  readonly signer: PublisherSigner | null
}

/**
 * Builds what is published once more, from the source that the release names, and says whether the same comes out. Nothing is
 * left behind but the log, whatever happens.
 *
 * With a signer the result, whatever it is, is attested at the registry.
 *
 * Fails with what the registry or its log has against the release, `no_artifact`, `no_repository`, `source_unreachable`,
 * `source_commit_missing`, `manifest_missing`, `build_declined`, `build_failed` or `archive_invalid`. Other bytes are a result.
 */
export async function rebuild(
  request: RebuildRequest,
  registry: VerifiedConnection,
  context: CommandContext,
): Promise<RebuildPlan | RebuildResult> {
  assertSystem()
  const { client } = registry
  const release = await client.getRelease(request.address, request.version ?? 'latest')
  const target = chooseTarget(release, request)
  const tools = await findBuildTools(context.env.PATH)
  const origin = await findOrigin(request, target, registry, tools, context)
  const plan = planOf(request, target, origin, tools)
  for (const line of describeRebuild(plan, request.limits)) context.terminal.info(line)
  if (request.dryRun) return plan
  const { signer } = request
  const attesting = signer && (await prepareAttesting(client, target, plan.source, signer))
  const ask = context.quiet ? null : context.ask
  await obtainConsent(plan.missing_protection, request.agreement, { ...context, ask })
  return carryOut({ request, target, origin, plan, tools, registry, attesting }, context)
}

interface Job {
  readonly request: RebuildRequest
  readonly target: RebuildTarget
  readonly origin: SourceOrigin
  readonly plan: RebuildPlan
  readonly tools: MachineTools
  readonly registry: VerifiedConnection
  readonly attesting: Attesting | null
}

function assertSystem(): void {
  if (process.platform !== 'win32') return
  throw new RbeeError('nothing_fits', 'releases are built again on Linux and macOS only')
}

/** What the publisher signed of the source goes before what the registry knows of the worker's repository. */
async function findOrigin(
  { from }: RebuildRequest,
  target: RebuildTarget,
  { client, url, vouch }: VerifiedConnection,
  tools: MachineTools,
  { env, signal, terminal }: CommandContext,
): Promise<SourceOrigin> {
  const { release, platform, variant } = target
  const { publisher } = await vouch({ release, artifact: { platform, variant }, signal })
  if (publisher?.uncommitted_changes)
    terminal.warn('its publisher says that files differed from the commit when it was built')
  if (from !== null) {
    const commit = publisher?.commit ?? release.git?.commit ?? null
    return findLocalSource(from, commit, { git: tools.git, env, signal })
  }
  const worker = await client.getWorker(release.worker)
  const git = requireTool(tools.git, 'git')
  const question = { worker, release, registry: url, publisher: signedSource(publisher) }
  return { kind: 'remote', source: await findReleaseSource(question, { git, env, signal }) }
}

function signedSource(publisher: Publisher | null): SignedSource | null {
  const { commit, repository } = publisher ?? { commit: null, repository: null }
  return commit === null ? null : { commit, repository }
}

function planOf(
  { agreement }: RebuildRequest,
  { release, platform, variant, artifact }: RebuildTarget,
  origin: SourceOrigin,
  { sandbox }: MachineTools,
): RebuildPlan {
  const { digest, unpacked_size } = artifact
  const missing = typeof sandbox === 'string' ? sandbox : null
  return {
    ...{ worker: release.worker, version: release.version, platform, variant },
    published: { digest, unpacked_size },
    source: describeOrigin(origin),
    sandbox: missing === null ? 'bubblewrap' : null,
    missing_protection: missingProtection(missing, agreement.flags.has('--allow-network')),
  }
}

async function carryOut(job: Job, context: CommandContext): Promise<RebuildResult> {
  const { request, target, plan, attesting, registry } = job
  const { home } = request
  await clearWorkplaces(home)
  const log = await openBuildLog(home.rebuildLog(target.release.worker))
  const place = await openWorkplace(home)
  try {
    await log.note(`${plan.worker} ${plan.version} ${plan.platform}/${plan.variant}, once more`)
    const run = await buildRun(job, { place, log }, context)
    const built = await build(run, job, context)
    const rebuilt = await digestTar(built.entries, context.signal)
    const same = rebuilt.digest === plan.published.digest
    const { repository } = plan.source
    const { version, clock } = context
    const attestation =
      attesting &&
      (await attest(registry.client, attesting, target, {
        ...{ repository, rebuilt: rebuilt.digest, version, now: clock() },
      }))
    return {
      ...plan,
      source: { ...plan.source, folder: built.folder },
      verdict: same ? 'reproduced' : 'differs',
      code: same ? null : 'rebuild_differs',
      rebuilt: { digest: rebuilt.digest, unpacked_size: rebuilt.unpackedSize },
      ...{ command: built.command, dependencies: built.dependencies },
      ...(same ? { differences: null, not_compared: null } : await compare(job, built.entries, context)),
      attestation,
      log: log.path,
    }
  } catch (error) {
    throw translateDiskError(error, home.root)
  } finally {
    await log.close()
    await place.remove()
  }
}

async function buildRun(
  { request, tools }: Job,
  { place, log }: Pick<BuildRun, 'place' | 'log'>,
  { terminal, signal, clock }: CommandContext,
): Promise<BuildRun & { readonly nodeFolder: string }> {
  const { limits } = request
  const sandbox = typeof tools.sandbox === 'string' ? null : tools.sandbox
  const node = await offerNode(process.execPath, sandbox !== null)
  return {
    ...{ place, log, limits, sandbox, terminal, signal, clock, shown: node.shown, nodeFolder: node.folder },
    bash: requireTool(tools.bash, 'bash'),
    deadline: clock() + limits.seconds * 1000,
  }
}

interface Built {
  readonly entries: readonly PackEntry[]
  readonly command: readonly string[]
  readonly dependencies: DependencyFetch | null
  readonly folder: string
}

async function build(
  run: BuildRun & { readonly nodeFolder: string },
  { request, target, origin, tools }: Job,
  { env, terminal }: CommandContext,
): Promise<Built> {
  const { release, platform, variant } = target
  const source = await fetchSource(run, origin, tools.git, env)
  const folder = describeOrigin(origin).folder
  const found = await readSource(source.outside, folder, release, terminal)
  const needed = await dependencyFetch(source.outside, found.folder, found.worker.manifest)
  const network = request.agreement.flags.has('--allow-network')
  const parts = { source, found, platform, variant, dependencies: needed, network, env }
  const { entries, command } = await buildSource(run, { ...parts, nodeFolder: run.nodeFolder })
  return { entries, command, dependencies: network ? needed : null, folder: found.folder }
}

/** What is published is fetched for the report only: that the bytes differ is known without it. */
async function compare(
  { target, registry }: Job,
  entries: readonly PackEntry[],
  context: CommandContext,
): Promise<Pick<RebuildResult, 'differences' | 'not_compared'>> {
  const scratch = await makeScratchFolder(tmpdir(), 'rebuild')
  try {
    const published = await fetchPublished(target.artifact, join(scratch, 'published'), registry, context)
    const differences = await compareArtifacts(published, entries, context.signal)
    return { differences, not_compared: null }
  } catch (error) {
    context.signal.throwIfAborted()
    if (!(error instanceof RbeeError)) throw error
    return { differences: null, not_compared: { code: error.code, message: error.message } }
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

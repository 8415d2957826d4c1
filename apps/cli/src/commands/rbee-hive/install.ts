import { resolve } from 'node:path'
import { explainPlan } from '@rbee/resolver'
import { type InstallPlan, RbeeError, variantNameSchema, versionSchema } from '@rbee/schema'
import { z } from 'zod'
import { parseWorkerAddress, variantOfAddress } from '../../hive/address.ts'
import { type ChosenRelease, chooseRelease } from '../../hive/choose-release.ts'
import type { Cooldown } from '../../hive/cooldown.ts'
import { cooldownOf } from '../../hive/cooldown-options.ts'
import { describeEvidence } from '../../hive/evidence/describe-evidence.ts'
import { type HiveHome, hiveHome } from '../../hive/home.ts'
import { loadHostProfile } from '../../hive/host-profile.ts'
import {
  type InstallRequest,
  type InstallResult,
  type InstallSurroundings,
  install,
  isQuarantined,
  plan,
  planFromSource,
} from '../../hive/install.ts'
import { lockedRelease } from '../../hive/rbee-lock/locked-release.ts'
import { homeLock } from '../../hive/rbee-lock/rbee-lock.ts'
import { forgetInstall, type Remembered, rememberInstall } from '../../hive/rbee-lock/remember-install.ts'
import { type RevocationGuard, revocationGuard } from '../../hive/revocations/guard.ts'
import { markQuarantined } from '../../hive/revocations/mark-release.ts'
import { agreedFlags, buildLimits, buildOptions } from '../../hive/source-build/build-options.ts'
import type { SourceInstallResult } from '../../hive/source-build/install-from-source.ts'
import type { SourceRequest } from '../../hive/source-build/prepare-build.ts'
import type { SourceInstallPlan } from '../../hive/source-build/source-plan.ts'
import {
  connectVerified,
  type VerifiedConnection,
  verifiedConnections,
} from '../../hive/trust/connect-verified.ts'
import { trustOptions, trustSettings } from '../../hive/trust/trust-options.ts'
import { type CommandContext, command } from '../../program/command.ts'
import { EXIT } from '../../program/exit-codes.ts'
import { choiceOption, timeOption } from '../../program/option-values.ts'
import type { RegistryConnection } from '../../registry/connect.ts'
import { mirrorOptions, overMirrors } from '../../registry/mirrors.ts'

const optionsSchema = z.object({
  registry: z.string(),
  home: z.string(),
  auto: z.boolean().optional(),
  variant: z.string().optional(),
  version: z.string().optional(),
  dryRun: z.boolean().default(false),
  cooldown: timeOption(),
  now: z.boolean().default(false),
  locked: z.boolean().default(false),
  lock: z.string().optional(),
  license: z.string().optional(),
  hostProfile: z.string().optional(),
  from: choiceOption(['source', 'binary', 'auto']).optional(),
  ...trustOptions,
  ...mirrorOptions,
  ...buildOptions,
  allowUnpinned: z.boolean().default(false),
})
type Options = z.infer<typeof optionsSchema>

type Result = InstallPlan | SourceInstallPlan | InstallResult | SourceInstallResult

export default command({
  options: optionsSchema,

  async run(context, [worker], options): Promise<Result> {
    const { license = context.env.RBEE_LICENSE_TOKEN } = options
    const licensed = { ...context, env: { ...context.env, RBEE_LICENSE_TOKEN: license } }
    return overMirrors(licensed, options.mirror, (through) => installWorker(through, worker, options))
  },

  view(result, context) {
    if (!('status' in result)) return explainPlan(result).join('\n')
    const { worker, version, variant, status, self_test_milliseconds: tested } = result
    const name = `${worker} ${version} (${variant})`
    const proof = tested === null ? 'it has no self-test' : `its self-test passed in ${tested} ms`
    const how = 'build' in result ? 'built and installed' : 'installed'
    const line =
      status === 'installed'
        ? `${how} ${name}; ${proof}`
        : `${name} is installed already; check its files with: rbee-hive doctor`
    const { evidence } = result.installed
    const spoken = status === 'installed' && evidence ? describeEvidence(evidence) : null
    const found = spoken === null ? '' : `  ${spoken}; check it all with: rbee-hive verify ${worker}\n`
    return `${context.terminal.colors.green('✓')} ${line}\n${found}start it with: rbee-hive run ${worker}`
  },

  exitCode(result) {
    if ('status' in result || result.variant !== null) return EXIT.done
    return isQuarantined(result) ? EXIT.refused : EXIT.nothingFits
  },
})

/** Installs a worker as the command does; see {@link installWorker}. `values` are its options, as the command line gives them. */
export function installNamed(
  context: CommandContext,
  worker: string,
  values: z.input<typeof optionsSchema>,
): Promise<Result> {
  return installWorker(context, worker, optionsSchema.parse(values))
}

async function installWorker(
  context: CommandContext,
  worker: string | undefined,
  options: Options,
): Promise<Result> {
  const { address, version } = parseWorkerAddress(worker, options.version)
  const home = hiveHome(options.home, context.cwd)
  const lock = options.lock === undefined ? homeLock(home) : resolve(context.cwd, options.lock)
  if (options.locked) return installLocked(context, { address, version, lock, home }, options)
  const registry = await connectVerified(context, options.registry, home, trustSettings(options))
  // The list of what may not run is that which a known registry signed: from elsewhere than the registry nothing else will do.
  if (context.answers !== undefined || context.mirror !== undefined) await registry.trust.registry()
  const [{ release: offered, newerSourceOnly, warnings }, list, profile] = await Promise.all([
    chosenRelease(registry, address, version, options, cooldownOf(options, home, context)),
    guardOf(context, home, options).listOf(registry.url),
    loadHostProfile({ file: options.hostProfile, cwd: context.cwd, env: context.env, home: home.root }),
  ])
  const release = markQuarantined(offered, list)
  const variant = options.variant ?? variantOfAddress(address, release) ?? undefined
  const request = {
    ...{ release, profile, registry: registry.url, variant, home },
    ...{ allowYanked: version !== null, warnings },
  }
  if (buildsFromSource(request, options)) return fromSource(context, registry, request, options)
  if (newerSourceOnly !== null) {
    context.terminal.info(
      `${release.worker} ${newerSourceOnly} has no binaries yet; taking ${release.version}`,
    )
  }
  if (options.dryRun) return plan(request)
  try {
    const result = await install(request, surroundingsOf(context, registry))
    const asked = askedFor(version, variant)
    const { installed } = result
    await rememberInstall(
      { path: lock, home, release, installed, registry: registry.url, asked },
      context.terminal,
    )
    return result
  } catch (error) {
    throw await withWayFromSource(error, request, options, registry)
  }
}

interface LockedInstall {
  readonly address: string
  readonly version: string | null
  readonly lock: string
  readonly home: HiveHome
}

/** Installs what the lock file names, in the variant of it that fits this host. */
async function installLocked(
  context: CommandContext,
  { address, version, lock, home }: LockedInstall,
  options: Options,
): Promise<Result> {
  if (options.from !== undefined && options.from !== 'binary') {
    throw new RbeeError('usage', 'what is built here has other bytes than a lock file names', {
      next: 'leave out --from, or --locked',
    })
  }
  const connect = verifiedConnections(context, home, trustSettings(options))
  const { hostProfile: file } = options
  const [locked, profile] = await Promise.all([
    lockedRelease({
      ...{ path: lock, address, version, terminal: context.terminal },
      connect: async (url) => (await connect(url)).client,
    }),
    loadHostProfile({ file, cwd: context.cwd, env: context.env, home: home.root }),
  ])
  const { policy, registry } = locked
  // Also where the registry is away: what is known here of what may not run holds.
  const release = markQuarantined(locked.release, await guardOf(context, home, options).listOf(registry))
  const variant = options.variant ?? variantOfAddress(address, release) ?? policy.variant ?? undefined
  const request = { release, profile, registry, variant, allowYanked: true, home }
  return options.dryRun ? plan(request) : install(request, surroundingsOf(context, await connect(registry)))
}

function guardOf(context: CommandContext, home: HiveHome, { dryRun }: Options): RevocationGuard {
  const warn = (line: string) => context.terminal.warn(line)
  return revocationGuard(home, { ...context, warn, readOnly: dryRun })
}

function askedFor(version: string | null, variant: string | undefined): Remembered['asked'] {
  return {
    version: version === null ? null : versionSchema.parse(version),
    variant: variant === undefined ? null : variantNameSchema.parse(variant),
  }
}

/** Only who asks for a build gets a version without binaries where an older one has some. */
async function chosenRelease(
  { client }: RegistryConnection,
  address: string,
  version: string | null,
  { from }: Options,
  cooldown: Cooldown | null,
): Promise<ChosenRelease> {
  if (from !== 'source') return chooseRelease(client, address, version, cooldown)
  const release = await client.getRelease(address, version ?? 'latest')
  return { release, newerSourceOnly: null, warnings: [] }
}

/** `auto` builds only what would fit here and has no binary for it. */
function buildsFromSource(request: InstallRequest, { from }: Options): boolean {
  if (from === 'source') return true
  return from === 'auto' && plan(request).variant === null && planFromSource(request).variant !== null
}

async function fromSource(
  context: CommandContext,
  registry: VerifiedConnection,
  request: InstallRequest,
  options: Options,
): Promise<SourceInstallPlan | SourceInstallResult> {
  const sourceRequest: SourceRequest = {
    ...request,
    client: registry.client,
    agreement: { build: options.yes, flags: agreedFlags(options) },
    limits: buildLimits(options),
  }
  // Nobody agrees to what --quiet does not show.
  const surroundings = { ...surroundingsOf(context, registry), ask: context.quiet ? null : context.ask }
  // Loaded now: what reads scripts costs more time than everything that other installs need.
  const { installFromSource } = await import('../../hive/source-build/install-from-source.ts')
  if (!options.dryRun) {
    const result = await installFromSource(sourceRequest, surroundings)
    await forgetInstall(request.home, request.release.worker, context.terminal)
    return result
  }
  const { prepareBuild } = await import('../../hive/source-build/prepare-build.ts')
  const { describeBuild } = await import('../../hive/source-build/consent.ts')
  const { plan: prepared, script } = await prepareBuild(sourceRequest, surroundings)
  for (const line of describeBuild(prepared, script, sourceRequest.limits)) context.terminal.info(line)
  for (const { message, flag } of prepared.build.missing_protection)
    context.terminal.warn(`${message} (${flag})`)
  return prepared
}

function surroundingsOf(
  { env, terminal, signal, clock, answers }: CommandContext,
  { fetch, fetchBytes, vouch, takeSeat }: VerifiedConnection,
): InstallSurroundings {
  const wholeArchives = answers !== undefined
  return { env, terminal, signal, clock, fetch, fetchBytes, vouch, takeSeat, wholeArchives }
}

/** Tells of the build that would be possible where nothing that is published fits. Nobody is asked, and nothing is built. */
async function withWayFromSource(
  error: unknown,
  request: InstallRequest,
  { from }: Options,
  { client }: RegistryConnection,
): Promise<unknown> {
  if (!(error instanceof RbeeError) || error.code !== 'nothing_fits' || from === 'binary') return error
  const { release } = request
  const possible = planFromSource(request)
  const address = release.variants.find(({ name }) => name === possible.variant)?.id
  if (address === undefined || !(await hasPkgbuild(client, address, release.version))) return error
  return new RbeeError(error.code, error.message, {
    next: `${possible.variant} can be built here from its source; see how, and agree to it, with: rbee-hive install ${address}@${release.version} --from source`,
    details: error.details,
    cause: error,
  })
}

async function hasPkgbuild(
  client: RegistryConnection['client'],
  address: string,
  version: string,
): Promise<boolean> {
  try {
    await client.getPkgbuild(address, { version, build: 'dev' })
    return true
  } catch (error) {
    // It only adds a hint to a failure that is told anyway.
    if (error instanceof RbeeError) return false
    throw error
  }
}

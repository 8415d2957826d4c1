import {
  ARCHITECTURES,
  type LegacyBackend,
  type LegacyBuildSystem,
  type LegacyImplementation,
  type LegacyVariant,
  type LegacyWorker,
  legacyBackendSchema,
  OPERATING_SYSTEMS,
  type OperatingSystem,
  platformParts,
  type VariantDocument,
  type WorkerDocument,
} from '@rbee/schema'
import { earlierPkgbuildUrl } from './addresses.ts'
import type { PlatformPair } from './platforms.ts'

/** A variant whose backend the readers of the earlier list know. */
interface KnownVariant {
  readonly variant: VariantDocument
  readonly backend: LegacyBackend
}

/** Where a backend exists; a manifest names its platforms for all variants together. */
const SYSTEMS_OF_BACKEND: Readonly<Record<LegacyBackend, readonly OperatingSystem[]>> = {
  cpu: ['linux', 'macos', 'windows'],
  cuda: ['linux', 'windows'],
  metal: ['macos'],
  rocm: ['linux', 'windows'],
}

/** Interpreted or run by a runtime that the worker brings: of the three members, Python is the one such. */
const RUN_BY_A_RUNTIME = new Set([
  'typescript',
  'javascript',
  'nodejs',
  'node',
  'bun',
  'deno',
  'ruby',
  'lua',
  'julia',
])

/**
 * The entries of a worker in the earlier list: one for each address, which is one for each variant, or a single one for
 * the default variant where all variants share the worker's own id.
 */
export function legacyWorkersOf(worker: WorkerDocument): LegacyWorker[] {
  const known = knownVariants(worker)
  const addresses = new Set(known.map(({ variant }) => variant.id))
  return [...addresses].map((address) => {
    const sharing = known.filter(({ variant }) => variant.id === address)
    return legacyWorker(worker, known, preferred(worker, sharing), address)
  })
}

/**
 * The entry behind one address: of a variant under the variant's id, or of the worker itself (null) under the worker's
 * own id and with what its default variant has. Null when earlier readers know none of the backends.
 */
export function legacyWorkerAt(worker: WorkerDocument, variant: string | null): LegacyWorker | null {
  const known = knownVariants(worker)
  if (variant === null) {
    return known.length === 0 ? null : legacyWorker(worker, known, preferred(worker, known), worker.id)
  }
  const asked = known.find((one) => one.variant.name === variant)
  return asked === undefined ? null : legacyWorker(worker, known, asked, asked.variant.id)
}

function knownVariants(worker: WorkerDocument): KnownVariant[] {
  return worker.variants.flatMap((variant) => {
    const backend = legacyBackendSchema.safeParse(variant.backend)
    return backend.success ? [{ variant, backend: backend.data }] : []
  })
}

/** The default variant where it is among them, else the first in the manifest's order. */
function preferred(worker: WorkerDocument, known: readonly KnownVariant[]): KnownVariant {
  const chosen = known.find(({ variant }) => variant.name === worker.default_variant) ?? known[0]
  if (chosen === undefined) throw new Error(`worker ${worker.id} has no variant that earlier readers know`)
  return chosen
}

function legacyWorker(
  worker: WorkerDocument,
  known: readonly KnownVariant[],
  { variant, backend }: KnownVariant,
  address: string,
): LegacyWorker {
  const { platforms, architectures } = platformLists(worker, { variant, backend })
  const { capabilities } = worker
  // The readers require an address; it answers 404 where the worker has no PKGBUILD.
  const pkgbuild = earlierPkgbuildUrl(address)
  const buildSystem = nearestBuildSystem(worker)
  const installPath = installPathOf(worker)
  const maxContextLength = capabilities.max_context_length
  return {
    id: address,
    name: worker.name,
    version: worker.version,
    description: worker.description,
    license: worker.license,
    variant: variant.name,
    implementation: nearestImplementation(worker),
    platforms,
    architectures,
    arch: architectures,
    source: sourceOf(worker),
    build: buildOf(variant),
    depends: dependsOf(worker),
    makedepends: [],
    worker_type: backend,
    pkgbuild_url: pkgbuild,
    build_system: buildSystem,
    binary_name: worker.binary_name,
    install_path: installPath,
    supported_formats: capabilities.supported_formats,
    ...(maxContextLength === undefined ? {} : { max_context_length: maxContextLength }),
    supports_streaming: capabilities.supports_streaming,
    supports_batching: capabilities.supports_batching,
    workerType: backend,
    pkgbuildUrl: pkgbuild,
    buildSystem,
    binaryName: worker.binary_name,
    installPath,
    ...camelCaseCapabilities(worker),
    ...(worker.readme_url === null ? {} : { readmeUrl: worker.readme_url }),
    capabilities: camelCaseCapabilities(worker),
    variants: known.map((one) => legacyVariant(worker, one)),
  }
}

function legacyVariant(worker: WorkerDocument, known: KnownVariant): LegacyVariant {
  const { id } = known.variant
  return {
    backend: known.backend,
    ...platformLists(worker, known),
    pkgbuildUrl: earlierPkgbuildUrl(id),
    // Generated when they are asked for; 404 where the release has nothing that they could be made of.
    pkgbuildUrlGit: `/pkgbuilds/arch/${id}-git.PKGBUILD`,
    homebrewFormula: `/pkgbuilds/homebrew/${id}-bin.rb`,
    homebrewFormulaGit: `/pkgbuilds/homebrew/${id}-git.rb`,
    build: buildOf(known.variant),
    depends: dependsOf(worker),
    makedepends: [],
    binaryName: worker.binary_name,
    installPath: installPathOf(worker),
  }
}

/** Where a variant runs: the platforms that its backend exists on, and any that it was published for. */
function platformLists(worker: WorkerDocument, { variant, backend }: KnownVariant) {
  const published = variant.artifacts.map(({ platform }) => platformParts(platform))
  const possible = worker.platforms.filter(({ os }) => SYSTEMS_OF_BACKEND[backend].includes(os))
  const named = [...published, ...possible]
  // An author who names a backend on a system that has none is taken at his word.
  const pairs: readonly PlatformPair[] = named.length > 0 ? named : worker.platforms
  return {
    platforms: OPERATING_SYSTEMS.filter((system) => pairs.some(({ os }) => os === system)),
    architectures: ARCHITECTURES.filter((architecture) => pairs.some(({ arch }) => arch === architecture)),
  }
}

function nearestImplementation({ implementation, build }: WorkerDocument): LegacyImplementation {
  if (implementation === 'rust' || implementation === 'python' || implementation === 'cpp')
    return implementation
  if (implementation !== null) return RUN_BY_A_RUNTIME.has(implementation) ? 'python' : 'cpp'
  switch (build.system) {
    case 'npm':
    case 'pip':
      return 'python'
    case 'cmake':
    case 'make':
      return 'cpp'
    // Earlier servers had nothing but Rust.
    case 'cargo':
    case undefined:
      return 'rust'
  }
}

/** Cargo builds Rust; to its readers CMake is what builds anything else. */
function nearestBuildSystem(worker: WorkerDocument): LegacyBuildSystem {
  switch (worker.build.system) {
    case 'cargo':
      return 'cargo'
    case 'cmake':
    case 'make':
    case 'npm':
    case 'pip':
      return 'cmake'
    case undefined:
      return nearestImplementation(worker) === 'rust' ? 'cargo' : 'cmake'
  }
}

function sourceOf(worker: WorkerDocument): LegacyWorker['source'] {
  const { git } = worker
  return {
    type: 'git',
    // The readers require an address; a worker that names none anywhere has its own here.
    url: git?.url ?? worker.repository ?? worker.homepage ?? worker.url,
    ...(git === null || git.branch === null ? {} : { branch: git.branch }),
    ...(git === null ? {} : { path: git.path }),
  }
}

function buildOf(variant: VariantDocument): LegacyVariant['build'] {
  return { features: [variant.name], profile: 'release' }
}

function dependsOf({ dependencies }: WorkerDocument): string[] {
  return [...new Set([...dependencies.system, ...dependencies.runtime])]
}

/** Where the hive's PKGBUILD reader looks for the program. */
function installPathOf(worker: WorkerDocument): string {
  return `/usr/local/bin/${worker.binary_name}`
}

function camelCaseCapabilities({ capabilities }: WorkerDocument): LegacyWorker['capabilities'] {
  const { max_context_length } = capabilities
  return {
    supportedFormats: capabilities.supported_formats,
    ...(max_context_length === undefined ? {} : { maxContextLength: max_context_length }),
    supportsStreaming: capabilities.supports_streaming,
    supportsBatching: capabilities.supports_batching,
  }
}

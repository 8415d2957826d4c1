import type { WorkerDocument } from '@rbee/schema'

/** A line for a shell that ends with the worker installed or downloaded. */
export interface InstallWay {
  /** Names it in the page and for programs. */
  readonly id: string
  readonly name: string
  /** On which systems it works. */
  readonly systems: readonly ('linux' | 'macos' | 'windows')[]
  readonly command: string
  /** When to take it. */
  readonly note: string
}

type Installed = Pick<
  WorkerDocument,
  | 'id'
  | 'version'
  | 'variants'
  | 'default_variant'
  | 'distribution'
  | 'platforms'
  | 'pkgbuild_url'
  | 'binary_name'
>

/** What the server offers beside documents. */
export interface Offers {
  /** Address of the server, without a slash at the end. */
  readonly registry: string
  /** Whether it has a Homebrew tap. */
  readonly tap: boolean
}

/**
 * Every way that exists to install the latest release of a worker, the one for everybody first. All of them are whole: they
 * name the registry, so that they work in a shell that knows nothing of it.
 */
export function installWays(worker: Installed, { registry, tap }: Offers): InstallWay[] {
  const systems = (['linux', 'macos', 'windows'] as const).filter((os) =>
    worker.platforms.some((platform) => platform.os === os),
  )
  const posix = systems.filter((os) => os !== 'windows')
  const from = worker.distribution.binary_available ? '' : ' --from source'
  const install = `rbee-hive install ${worker.id}${from} --registry ${registry}`
  return [
    {
      id: 'hive',
      name: 'rbee-hive',
      systems,
      command: install,
      note: worker.distribution.binary_available
        ? 'Chooses the variant for your hardware, checks it and tests it.'
        : 'Builds the variant for your hardware on your machine, and tests it.',
    },
    ...when(posix.length > 0, {
      id: 'script',
      name: 'Without rbee-hive',
      systems: posix,
      command: `curl -fsSL ${registry}/install.sh | sh && ~/.local/bin/${install}`,
      note: 'Installs rbee-hive into ~/.local first.',
    }),
    ...arch(worker, registry),
    ...when(tap && hasBinary(worker, 'macos') && isFormulaName(worker.id), {
      id: 'homebrew',
      name: 'Homebrew',
      systems: ['macos'] as const,
      command: `brew tap rbee/workers ${registry}/homebrew/tap.git && brew install rbee/workers/${worker.id}`,
      note: 'A formula of the published build.',
    }),
    ...direct(worker, registry),
  ]
}

/** `makepkg` builds a package of the worker's own PKGBUILD, or of one that packs what was published. */
function arch(worker: Installed, registry: string): InstallWay[] {
  if (worker.pkgbuild_url === null) return []
  const binary = hasBinary(worker, 'linux')
  const address = binary ? `/workers/${worker.id}/PKGBUILD/arch/prod` : worker.pkgbuild_url
  return [
    {
      id: 'arch',
      name: 'Arch Linux',
      systems: ['linux'],
      command: `curl -fsS ${registry}${address} -o PKGBUILD && makepkg -si`,
      note: binary ? 'Packs the published build for pacman.' : 'Builds a package from source.',
    },
  ]
}

/** The archive itself, of the variant that stands for all; which others there are is in the table of builds. */
function direct(worker: Installed, registry: string): InstallWay[] {
  if (worker.distribution.requires_license) return []
  const variant = worker.variants.find(({ name }) => name === worker.default_variant)
  const artifact =
    variant?.artifacts.find(({ platform }) => platform === 'linux-x86_64') ?? variant?.artifacts[0]
  const archive = artifact?.archives.find(({ format }) => format === 'tar.gz') ?? artifact?.archives[0]
  if (variant === undefined || artifact === undefined || archive === undefined) return []
  const name = `${worker.id}-${worker.version}-${artifact.platform}-${variant.name}.${archive.format}`
  const [os] = artifact.platform.split('-') as ['linux' | 'macos' | 'windows']
  return [
    {
      id: 'archive',
      name: 'Archive',
      systems: [os],
      command: `curl -fL ${absolute(registry, archive.download_url)} -o ${name}`,
      note: `For ${artifact.platform}, variant ${variant.name}; nothing checks or starts it for you.`,
    },
  ]
}

function absolute(registry: string, address: string): string {
  return address.startsWith('/') ? `${registry}${address}` : address
}

function hasBinary({ variants }: Installed, os: string): boolean {
  return variants.some(({ artifacts }) => artifacts.some(({ platform }) => platform.startsWith(`${os}-`)))
}

/** Homebrew names formulas by ids that begin with a letter and hold no two hyphens in a row. */
function isFormulaName(id: string): boolean {
  return /^[a-z](?!.*--)/.test(id)
}

function when(condition: boolean, way: InstallWay): InstallWay[] {
  return condition ? [way] : []
}

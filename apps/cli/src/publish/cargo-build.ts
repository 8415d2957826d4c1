import { resolve } from 'node:path'
import { RbeeError, type VariantName } from '@rbee/schema'
import { z } from 'zod'

/** Prints what Cargo knows of a package, without looking for anything on the network. */
export const CARGO_METADATA = ['cargo', 'metadata', '--no-deps', '--format-version', '1'] as const

const cargoMetadataSchema = z.object({
  target_directory: z.string(),
  workspace_root: z.string(),
  packages: z.array(
    z.object({ manifest_path: z.string(), features: z.record(z.string(), z.array(z.string())) }),
  ),
})

/** What `cargo metadata` says of one package. */
export interface CargoPackage {
  readonly targetDirectory: string
  readonly workspaceRoot: string
  readonly features: ReadonlySet<string>
}

/**
 * Reads what {@link CARGO_METADATA} printed.
 *
 * @param manifestPath of the package, absolute. Fails with `build_failed`.
 */
export function readCargoMetadata(text: string, manifestPath: string): CargoPackage {
  const metadata = cargoMetadataSchema.safeParse(parsed(text)).data
  const own = metadata?.packages.find((one) => resolve(one.manifest_path) === manifestPath)
  if (metadata === undefined || own === undefined) {
    throw new RbeeError('build_failed', `cargo metadata does not describe the package of ${manifestPath}`)
  }
  return {
    targetDirectory: metadata.target_directory,
    workspaceRoot: metadata.workspace_root,
    features: new Set(Object.keys(own.features)),
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new RbeeError('build_failed', 'cargo metadata printed no JSON', { cause })
  }
}

/**
 * Arguments behind `cargo build`: the variant's feature alone where the package has one of that name, and no path of this
 * machine in what is built. Flags in RUSTFLAGS, or for one target, take the place of the latter (The Cargo Book,
 * "build.rustflags").
 *
 * @param cargoHome where Cargo keeps the sources of other packages.
 */
export function cargoArguments(
  variant: VariantName,
  { features, workspaceRoot }: Pick<CargoPackage, 'features' | 'workspaceRoot'>,
  cargoHome: string,
): string[] {
  const flags = [remap(workspaceRoot, '.'), remap(cargoHome, '/cargo')]
  return [
    ...(features.has(variant) ? ['--no-default-features', '--features', variant] : []),
    // A list of strings is written alike in JSON and TOML.
    ...['--config', `build.rustflags=${JSON.stringify(flags)}`],
  ]
}

function remap(path: string, name: string): string {
  return `--remap-path-prefix=${path}=${name}`
}

import { RbeeError } from '@rbee/schema'
import type { z } from 'zod'
import { countSignatures, type Envelope, MetadataMalformed, parseEnvelope } from '../metadata/envelope.ts'
import { sha256Of } from '../metadata/names.ts'
import { type Root, rootSchema, type TargetsRole, targetsRoleSchema } from '../metadata/roles.ts'

/** What the offline keys signed: every root from the first on, and the newest targets role. */
export interface CeremonyFiles {
  readonly roots: readonly Uint8Array[]
  readonly targets: Uint8Array
}

/** The same once it is known to be sound. */
export interface Ceremony extends CeremonyFiles {
  readonly root: Root
  /** SHA-256 of the newest root's file, hexadecimal. */
  readonly rootSha256: string
  readonly targetsRole: TargetsRole
}

/**
 * Checks that each root is the next version of the one before, and signed by as many keys as both demand, and that the
 * newest one's keys signed the targets. Fails with `metadata_invalid`.
 */
export function checkCeremony(files: CeremonyFiles): Ceremony {
  const { root } = checkRoots(files.roots)
  const ceremony = checkTargets(files, root)
  if (ceremony === null) throw unsound(`the keys of root ${root.version} did not sign the targets`)
  return ceremony
}

/** The newest root of a chain. Fails with `metadata_invalid`. */
export function checkRoots(roots: readonly Uint8Array[]): { readonly root: Root; readonly file: Uint8Array } {
  let newest: { root: Root; file: Uint8Array } | null = null
  for (const file of roots) {
    const root = parsed(file, rootSchema)
    const version: number = (newest?.root.version ?? 0) + 1
    if (root.signed.version !== version) throw unsound(`the root ${root.signed.version} is not ${version}`)
    requireRootKeys(root, root.signed, 'its own keys')
    if (newest !== null) requireRootKeys(root, newest.root, 'the keys of the root before')
    newest = { root: root.signed, file }
  }
  if (newest === null) throw unsound('there is no root')
  return newest
}

/** Null where too few keys of the root signed the targets. Fails with `metadata_invalid`. */
export function checkTargets({ roots, targets }: CeremonyFiles, root: Root): Ceremony | null {
  const newest = roots.at(-1)
  if (newest === undefined) throw unsound('there is no root')
  const role = parsed(targets, targetsRoleSchema)
  if (countSignatures(role, root.roles.targets, root.keys) < root.roles.targets.threshold) return null
  return { roots, targets, root, rootSha256: sha256Of(newest), targetsRole: role.signed }
}

function parsed<Schema extends z.ZodType>(file: Uint8Array, schema: Schema): Envelope<z.output<Schema>> {
  try {
    return parseEnvelope(file, schema)
  } catch (error) {
    throw error instanceof MetadataMalformed ? unsound(error.message) : error
  }
}

function requireRootKeys(file: Envelope<Root>, { roles, keys }: Root, whose: string): void {
  if (countSignatures(file, roles.root, keys) >= roles.root.threshold) return
  throw unsound(`the root ${file.signed.version} is not signed by ${roles.root.threshold} of ${whose}`)
}

function unsound(reason: string): RbeeError {
  return new RbeeError('metadata_invalid', `The signed metadata is not sound: ${reason}`)
}

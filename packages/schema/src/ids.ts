import { z } from 'zod'

/** Pattern of every address in the catalog: worker ids, variant ids and aliases. */
export const ID_PATTERN = /^[a-z0-9-]+$/
export const ID_MAX_LENGTH = 100

/** The hardware families whose words are reserved as addresses of the official LLM worker. */
export const RESERVED_BACKEND_WORDS = ['cpu', 'cuda', 'metal', 'rocm', 'vulkan'] as const

/** Words that can never be a worker's id: addresses of backends and path segments of the API. */
export const RESERVED_IDS: ReadonlySet<string> = new Set([...RESERVED_BACKEND_WORDS, 'community', 'rbee'])

/** What the schema says of an id that is one of them. */
export const RESERVED_WORD = 'is a reserved word'

/** An address as a client may ask for it: an id, a variant id or an alias. */
export const addressSchema = z
  .string()
  .max(ID_MAX_LENGTH, `is longer than ${ID_MAX_LENGTH} characters`)
  .regex(ID_PATTERN, 'may hold lower-case letters, digits and hyphens only')

/** The id of a worker: an address that neither starts nor ends with a hyphen and is not a reserved word. */
export const workerIdSchema = addressSchema
  .regex(/^(?!-).*(?<!-)$/, 'may not start or end with a hyphen')
  .refine((id) => !RESERVED_IDS.has(id), RESERVED_WORD)
  .brand('WorkerId')
export type WorkerId = z.infer<typeof workerIdSchema>

/** The name of a variant, for example `cuda` or `cpu-avx512`. */
export const variantNameSchema = z
  .string()
  .max(40, 'is longer than 40 characters')
  .regex(/^[a-z0-9][a-z0-9-]*$/, 'may hold lower-case letters, digits and hyphens only')
  .brand('VariantName')
export type VariantName = z.infer<typeof variantNameSchema>

/** The name of a worker's program: a plain file name, without folder and without `.exe`. */
export const binaryNameSchema = z
  .string()
  .max(100)
  .regex(/^[A-Za-z0-9_][A-Za-z0-9_.+-]*$/, 'must be a plain file name')
  .refine((name) => !name.toLowerCase().endsWith('.exe'), 'is written without .exe')

/** A variant's backend: its name up to the first hyphen (`cpu-avx512` → `cpu`). */
export function backendOf(variant: string): string {
  const hyphen = variant.indexOf('-')
  return hyphen === -1 ? variant : variant.slice(0, hyphen)
}

export const OPERATING_SYSTEMS = ['linux', 'macos', 'windows'] as const
export const ARCHITECTURES = ['x86_64', 'aarch64'] as const
export const osSchema = z.enum(OPERATING_SYSTEMS)
export const archSchema = z.enum(ARCHITECTURES)
export type OperatingSystem = z.infer<typeof osSchema>
export type Architecture = z.infer<typeof archSchema>

/** Operating system and architecture in one word, for example `linux-x86_64`. */
export const platformSchema = z.templateLiteral([osSchema, '-', archSchema])
export type Platform = z.infer<typeof platformSchema>

/** Splits `linux-x86_64` into its two parts. */
export function platformParts(platform: Platform): { os: OperatingSystem; arch: Architecture } {
  const hyphen = platform.indexOf('-')
  return { os: osSchema.parse(platform.slice(0, hyphen)), arch: archSchema.parse(platform.slice(hyphen + 1)) }
}

/** Lower-case hexadecimal SHA-256, without prefix. */
export const sha256Schema = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hexadecimal digits')
  .brand('Sha256')
export type Sha256 = z.infer<typeof sha256Schema>

/** A digest as it is written in documents: `sha256:` and 64 lower-case hexadecimal digits. */
export const digestSchema = z
  .string()
  .regex(/^sha256:[0-9a-f]{64}$/, 'must be "sha256:" and 64 lower-case hexadecimal digits')
  .brand('Digest')
export type Digest = z.infer<typeof digestSchema>

/** `sha256:abc…` → `abc…` */
export function sha256Of(digest: Digest): Sha256 {
  return sha256Schema.parse(digest.slice('sha256:'.length))
}

/** `abc…` → `sha256:abc…` */
export function digestOf(sha256: Sha256): Digest {
  return digestSchema.parse(`sha256:${sha256}`)
}

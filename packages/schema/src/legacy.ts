import { z } from 'zod'
import { archSchema, osSchema } from './ids.ts'

// The entries of `GET /workers` and `GET /workers/:id`, which clients of earlier servers read: the union of the four
// shapes that those servers had, so that every reader finds its fields. Some readers have closed lists of values and
// fail on the whole list at the first foreign one; the enums below are what all of them accept.

/** Backends outside this list (vulkan, for one) appear only under `/v1`. */
export const legacyBackendSchema = z.enum(['cpu', 'cuda', 'metal', 'rocm'])
export type LegacyBackend = z.infer<typeof legacyBackendSchema>

export const legacyImplementationSchema = z.enum(['rust', 'python', 'cpp'])
export type LegacyImplementation = z.infer<typeof legacyImplementationSchema>

/** One family of readers knows cargo, make and cmake, the other cargo, cmake, pip and npm: this is what both know. */
export const legacyBuildSystemSchema = z.enum(['cargo', 'cmake'])
export type LegacyBuildSystem = z.infer<typeof legacyBuildSystemSchema>

const legacyBuildSchema = z.object({ features: z.array(z.string()), profile: z.string() })

const legacySourceSchema = z.object({
  type: z.literal('git'),
  url: z.string(),
  branch: z.string().optional(),
  path: z.string().optional(),
})

/** Fields whose names are one word, the same in both spellings. */
const plainFields = {
  id: z.string(),
  name: z.string(),
  version: z.string(),
  description: z.string(),
  license: z.string(),
  variant: z.string(),
  implementation: legacyImplementationSchema,
  platforms: z.array(osSchema),
  architectures: z.array(archSchema),
  /** The same as `architectures`. */
  arch: z.array(archSchema),
  source: legacySourceSchema,
  build: legacyBuildSchema,
  depends: z.array(z.string()),
  makedepends: z.array(z.string()),
}

const snakeCaseFields = {
  worker_type: legacyBackendSchema,
  pkgbuild_url: z.string(),
  build_system: legacyBuildSystemSchema,
  binary_name: z.string(),
  install_path: z.string(),
  supported_formats: z.array(z.string()),
  max_context_length: z.number().int().optional(),
  supports_streaming: z.boolean(),
  supports_batching: z.boolean(),
}

const camelCaseCapabilities = {
  supportedFormats: z.array(z.string()),
  maxContextLength: z.number().int().optional(),
  supportsStreaming: z.boolean(),
  supportsBatching: z.boolean(),
}

const camelCaseFields = {
  workerType: legacyBackendSchema,
  pkgbuildUrl: z.string(),
  buildSystem: legacyBuildSystemSchema,
  binaryName: z.string(),
  installPath: z.string(),
  ...camelCaseCapabilities,
}

export const legacyVariantSchema = z.object({
  backend: legacyBackendSchema,
  platforms: z.array(osSchema),
  architectures: z.array(archSchema),
  pkgbuildUrl: z.string(),
  pkgbuildUrlGit: z.string(),
  homebrewFormula: z.string(),
  homebrewFormulaGit: z.string(),
  build: legacyBuildSchema,
  depends: z.array(z.string()),
  makedepends: z.array(z.string()),
  binaryName: z.string(),
  installPath: z.string(),
})
export type LegacyVariant = z.infer<typeof legacyVariantSchema>

/** One variant of a worker; `variants` holds all variants of that worker which earlier clients can name. */
export const legacyWorkerSchema = z.object({
  ...plainFields,
  ...snakeCaseFields,
  ...camelCaseFields,
  readmeUrl: z.string().optional(),
  capabilities: z.object(camelCaseCapabilities),
  variants: z.array(legacyVariantSchema).min(1),
})
export type LegacyWorker = z.infer<typeof legacyWorkerSchema>

/** Answer of `GET /workers`. */
export const legacyWorkerListSchema = z.object({ workers: z.array(legacyWorkerSchema) })

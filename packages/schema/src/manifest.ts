import parseSpdx from 'spdx-expression-parse'
import { z } from 'zod'
import { archSchema, backendOf, binaryNameSchema, variantNameSchema, workerIdSchema } from './ids.ts'
import { DEFAULT_PRIORITY, requirementsSchema } from './requirements.ts'

/** Text of one line as people may write it into what others read. */
export const line = (max: number) =>
  z
    .string()
    .trim()
    .min(1, 'may not be empty')
    .max(max, `is longer than ${max} characters`)
    // Control, bidirectional and invisible characters make a text read differently from what it holds.
    .regex(
      /^[^\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*$/u,
      'holds invisible characters',
    )

const httpsUrl = z
  .string()
  .max(2000, { abort: true })
  .refine(isPlainHttpsUrl, 'must be an https address without user part')

function isPlainHttpsUrl(value: string): boolean {
  if (!URL.canParse(value)) return false
  const url = new URL(value)
  return url.protocol === 'https:' && url.username === '' && url.password === '' && url.hostname !== ''
}

/** `Proprietary` is not an SPDX identifier, but is what closed workers state. */
export function isLicenseExpression(value: string): boolean {
  if (value === 'Proprietary') return true
  try {
    parseSpdx(value)
    return true
  } catch {
    return false
  }
}

export const licenseSchema = z
  .string()
  .max(200, { abort: true })
  .refine(
    isLicenseExpression,
    'is not an SPDX licence expression such as "Apache-2.0" or "MIT OR GPL-3.0-or-later"; closed workers write "Proprietary" or "LicenseRef-NAME"',
  )

const tagSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'must be a lower-case word of at most 40 characters')
const personSchema = line(200)
/** A path inside the worker's folder: relative, with forward slashes, without `..`. */
const innerPath = z
  .string()
  .min(1)
  .max(300)
  .regex(
    /^(?!\/)(?!.*(?:^|\/)\.\.?(?:\/|$))[^\\\u0000-\u001f:]+$/,
    'must be a relative path inside the folder of the worker',
  )
const flagSchema = z.string().regex(/^--?[A-Za-z0-9][A-Za-z0-9_-]*$/, 'must be a flag such as --port')
const commandSchema = z
  .array(
    z
      .string()
      .min(1)
      .max(1000)
      .regex(/^[^\u0000]*$/),
  )
  .min(1)
  .max(100)

export const capabilitiesSchema = z.object({
  supported_formats: z
    .array(z.string().regex(/^[a-z0-9][a-z0-9._-]{0,39}$/))
    .max(64)
    .default([])
    .describe('Model file formats, for example gguf'),
  max_context_length: z
    .number()
    .int()
    .positive()
    .max(Number.MAX_SAFE_INTEGER)
    .optional()
    .describe('In tokens'),
  supports_streaming: z.boolean().default(false).describe('Sends answers piece by piece'),
  supports_batching: z.boolean().default(false).describe('Works on several requests at once'),
  tasks: z.array(tagSchema).max(32).default([]).describe('What it does, for example text-generation or ocr'),
})
export type Capabilities = z.infer<typeof capabilitiesSchema>

export const pricingSchema = z.object({
  model: z.enum(['free', 'one-time', 'subscription', 'usage', 'contact']).describe('How it is paid for'),
  price_usd: z.number().nonnegative().max(1_000_000).optional().describe('In US dollars'),
  interval: z.enum(['month', 'year']).optional().describe('How often a subscription is paid'),
  trial_days: z.number().int().nonnegative().max(365).optional().describe('In days'),
  purchase_url: httpsUrl.optional().describe('Where to buy it'),
})
export type Pricing = z.infer<typeof pricingSchema>

export const platformsSchema = z.object({
  linux: z.array(archSchema).max(2).default([]),
  macos: z.array(archSchema).max(2).default([]),
  windows: z.array(archSchema).max(2).default([]),
})
export type ManifestPlatforms = z.infer<typeof platformsSchema>

export const buildSchema = z.object({
  features: z
    .array(variantNameSchema)
    .min(1)
    .max(32)
    .describe('Variants, named by their backend: cpu, cuda, cpu-avx512; by default cpu alone'),
  default_feature: variantNameSchema.describe('The variant meant when none is named; by default the first'),
  command: commandSchema
    .optional()
    .describe(
      "Builds one variant into output; run without a shell in the worker's folder, with RBEE_VARIANT, RBEE_PLATFORM, RBEE_VERSION and RBEE_OUTPUT in its environment. Without it the build system's own command is run",
    ),
  output: innerPath
    .optional()
    .describe(
      'The folder that the build fills, holding bin/<program>; {variant} and {platform} are replaced',
    ),
  system: z
    .enum(['cargo', 'npm', 'pip', 'cmake', 'make'])
    .optional()
    .describe('By default what the files beside the manifest say'),
})
export type Build = z.infer<typeof buildSchema>

export const manifestObjectSchema = z.object({
  id: workerIdSchema.describe('Address of the worker; never given to another one'),
  name: line(200).describe('What people call it'),
  description: line(500).describe('What it does, in a sentence'),
  license: licenseSchema.describe(
    'SPDX licence expression; "Proprietary" or "LicenseRef-NAME" for closed workers',
  ),
  tags: z.array(tagSchema).max(32).default([]).describe('Words to find it by'),
  authors: z.array(personSchema).max(50).default([]).describe('Who wrote it'),
  maintainers: z
    .array(personSchema)
    .max(50)
    .default([])
    .describe('Account names of those who may change this folder'),
  homepage: httpsUrl.optional().describe('Where to read more'),
  repository: httpsUrl.optional().describe('Where its sources are'),
  documentation: httpsUrl.optional().describe('Where its documentation is'),
  binary_name: binaryNameSchema.describe('The program inside bin/, without .exe; by default the id'),
  implementation: z
    .string()
    .regex(/^[a-z0-9+#-]{1,30}$/)
    .optional()
    .describe('Programming language; by default that of the build system'),
  build: buildSchema,
  capabilities: capabilitiesSchema,
  platforms: platformsSchema.describe('Architectures by operating system'),
  dependencies: z
    .object({
      system: z
        .array(line(100))
        .max(64)
        .default([])
        .describe('Commands, shared libraries (libgomp.so.1) or packages that the system must have'),
      runtime: z
        .array(line(100))
        .max(64)
        .default([])
        .describe('What else it uses when it runs, for people to read'),
    })
    .prefault({}),
  requirements: z
    .record(variantNameSchema, requirementsSchema)
    .default({})
    .describe('What each variant needs of a host'),
  selftest: z
    .object({
      command: commandSchema.describe(
        'Run in the folder of the build, without a shell; exit code 0 means it works',
      ),
      timeout_seconds: z.number().positive().max(3600).default(30).describe('In seconds'),
    })
    .optional()
    .describe('How a build proves itself before it is published or installed'),
  run: z
    .object({
      command: commandSchema.describe('Run in the folder of the build, without a shell'),
      port_flag: flagSchema.optional().describe('The flag before the port'),
      model_flag: flagSchema
        .optional()
        .describe('The flag before the path of the model; --model if left out'),
      health_path: z
        .string()
        .regex(/^\/[^\s\\]*$/)
        .max(200)
        .default('/health')
        .describe('Answers with a success as soon as the worker can work'),
    })
    .optional()
    .describe('How it is started'),
  pricing: pricingSchema.optional(),
  screenshots: z
    .array(
      z.object({
        url: z.union([httpsUrl, innerPath]).describe('An https address, or a file of the folder'),
        caption: line(200).optional(),
      }),
    )
    .max(20)
    .default([]),
  deprecation: z
    .object({
      message: line(500).describe('Why, and what to use instead'),
      successor: workerIdSchema.optional().describe('Id of the worker to use instead'),
    })
    .optional(),
})

/** The rules that concern more than one field. */
export function checkManifestAsWhole(
  manifest: Pick<z.infer<typeof manifestObjectSchema>, 'build' | 'requirements' | 'platforms'>,
  issues: z.core.$ZodRawIssue[],
): void {
  const report = (path: (string | number)[], message: string, input: unknown) =>
    issues.push({ code: 'custom', path, message, input })
  const variants = new Set<string>(manifest.build.features)
  if (variants.size !== manifest.build.features.length) {
    report(['build', 'features'], 'names a variant twice', manifest.build.features)
  }
  if (!variants.has(manifest.build.default_feature)) {
    report(['build', 'default_feature'], 'is not one of the features', manifest.build.default_feature)
  }
  for (const variant of Object.keys(manifest.requirements)) {
    if (!variants.has(variant))
      report(['requirements', variant], 'names a variant that is not one of the features', variant)
  }
  for (const variant of manifest.build.features) {
    const stated = manifest.requirements[variant]?.priority
    if (stated === undefined && !DEFAULT_PRIORITY.has(backendOf(variant))) {
      report(
        ['requirements', variant, 'priority'],
        `is needed: the backend "${backendOf(variant)}" of variant "${variant}" has no default priority`,
        stated,
      )
    }
  }
  const { linux, macos, windows } = manifest.platforms
  if (linux.length + macos.length + windows.length === 0)
    report(['platforms'], 'names no platform', manifest.platforms)
}

/** Everything a worker's author states, whichever file it was read from. */
export const manifestSchema = manifestObjectSchema.check((context) =>
  checkManifestAsWhole(context.value, context.issues),
)
export type WorkerManifest = z.infer<typeof manifestSchema>
/** A manifest before defaults are filled in. */
export type ManifestInput = z.input<typeof manifestSchema>

/** The preference of a variant: what the manifest states, else its backend's default. */
export function priorityOf(manifest: Pick<WorkerManifest, 'requirements'>, variant: string): number {
  return (
    manifest.requirements[variant as keyof typeof manifest.requirements]?.priority ??
    DEFAULT_PRIORITY.get(backendOf(variant)) ??
    0
  )
}

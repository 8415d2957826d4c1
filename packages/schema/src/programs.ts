import { z } from 'zod'
import { archiveDocumentSchema } from './documents.ts'
import { platformSchema, sha256Schema } from './ids.ts'
import { versionSchema } from './version.ts'

/** `any` is the portable build, which needs Node; every other one stands alone. */
const programPlatformSchema = z.union([platformSchema, z.literal('any')])

/** Every program that a build holds, by the name of its command. */
export const PROGRAM_NAMES = ['rbee-hive', 'rbee', 'rbee-publish', 'rbee-catalog'] as const

/**
 * One build of the command line programs, as `/install.sh` installs it. Its archive holds `bin/rbee-hive` and the other
 * programs.
 */
export const programBuildSchema = archiveDocumentSchema.extend({ platform: programPlatformSchema })
export type ProgramBuild = z.infer<typeof programBuildSchema>

/** The programs that a server offers for installation: the document behind `/install.sh`. */
export const programsDocumentSchema = z.object({
  version: versionSchema,
  /** Each platform once. */
  builds: z.array(programBuildSchema).min(1).max(16),
})
export type ProgramsDocument = z.infer<typeof programsDocumentSchema>

/** Body of `PUT /v1/programs`: names archives that are uploaded already. */
export const programsInputSchema = z
  .object({
    version: versionSchema,
    builds: z
      .array(z.object({ platform: programPlatformSchema, sha256: sha256Schema }))
      .min(1)
      .max(16),
  })
  .refine(({ builds }) => new Set(builds.map(({ platform }) => platform)).size === builds.length, {
    path: ['builds'],
    error: 'names a platform twice',
  })
export type ProgramsInput = z.infer<typeof programsInputSchema>

import { z } from 'zod'
import { archiveDocumentSchema } from './documents.ts'
import { platformSchema } from './ids.ts'
import { versionSchema } from './version.ts'

/**
 * One build of the command line programs, as `/install.sh` installs it. Its archive holds `bin/rbee-hive` and the other
 * programs.
 */
export const programBuildSchema = archiveDocumentSchema.extend({
  /** `any` is the portable build, which needs Node; every other one stands alone. */
  platform: z.union([platformSchema, z.literal('any')]),
})
export type ProgramBuild = z.infer<typeof programBuildSchema>

/** The programs that a server offers for installation: the document behind `/install.sh`. */
export const programsDocumentSchema = z.object({
  version: versionSchema,
  /** Each platform once. */
  builds: z.array(programBuildSchema).min(1).max(16),
})
export type ProgramsDocument = z.infer<typeof programsDocumentSchema>

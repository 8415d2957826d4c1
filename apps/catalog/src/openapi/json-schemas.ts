import {
  artifactMetadataSchema,
  catalogEntrySchema,
  downloadSchema,
  findingSchema,
  hostProfileSchema,
  installPlanSchema,
  manifestSchema,
  problemSchema,
  releaseDocumentSchema,
  releaseInputSchema,
  versionsDocumentSchema,
  workerDocumentSchema,
  workerListSchema,
} from '@rbee/schema'
import { z } from 'zod'

interface PublishedSchema {
  readonly title: string
  readonly schema: z.ZodType
}

/** The shapes that are published as JSON Schemas for other programs, by the name of their file. */
const PUBLISHED_SCHEMAS = {
  manifest: { title: 'Manifest of a worker (worker.toml)', schema: manifestSchema },
  'host-profile': { title: 'Host profile (rbee-hive detect --json)', schema: hostProfileSchema },
  'install-plan': { title: 'Install plan (rbee-hive install --dry-run --json)', schema: installPlanSchema },
  'artifact-metadata': { title: 'metadata.json inside an archive', schema: artifactMetadataSchema },
  'catalog-entry': { title: 'Entry of a catalog', schema: catalogEntrySchema },
  download: { title: 'Answer of /v1/workers/:id/:version/download', schema: downloadSchema },
  finding: { title: 'What was found in a folder of a catalog', schema: findingSchema },
  problem: { title: 'Problem document (RFC 9457)', schema: problemSchema },
  release: { title: 'Release', schema: releaseDocumentSchema },
  'release-input': { title: 'Body of a publish', schema: releaseInputSchema },
  versions: { title: 'Releases of a worker', schema: versionsDocumentSchema },
  worker: { title: 'Worker', schema: workerDocumentSchema },
  'worker-list': { title: 'List of workers', schema: workerListSchema },
} as const satisfies Record<string, PublishedSchema>

export type PublishedSchemaName = keyof typeof PUBLISHED_SCHEMAS
export const publishedSchemaNameSchema = z.enum(
  Object.keys(PUBLISHED_SCHEMAS) as [PublishedSchemaName, ...PublishedSchemaName[]],
)

/** One of the published shapes as JSON Schema, draft 2020-12. */
export function publishedJsonSchema(name: PublishedSchemaName) {
  const { title, schema } = PUBLISHED_SCHEMAS[name]
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input' })
  return { $schema, $id: `/v1/schemas/${name}.json`, title, ...rest }
}

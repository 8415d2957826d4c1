import {
  artifactSchema,
  capabilitiesSchema,
  catalogDroppedSchema,
  catalogEntrySchema,
  catalogStateSchema,
  catalogStatusSchema,
  catalogSyncInputSchema,
  catalogSyncReportSchema,
  currentTokenSchema,
  deprecationInputSchema,
  downloadSchema,
  findingSchema,
  legacyWorkerListSchema,
  legacyWorkerSchema,
  manifestSchema,
  pricingSchema,
  problemSchema,
  programsDocumentSchema,
  programsInputSchema,
  releaseDocumentSchema,
  releaseInputSchema,
  requirementsSchema,
  revocationsSchema,
  securityFixInputSchema,
  signedMetadataSchema,
  signedRootInputSchema,
  signedRootSchema,
  standingInputSchema,
  statisticsOverviewSchema,
  syncEntriesResultSchema,
  syncEntriesSchema,
  syncFinishedSchema,
  syncFinishSchema,
  syncInputSchema,
  syncStateSchema,
  tokenAnswerSchema,
  tokenInputSchema,
  uploadInputSchema,
  uploadStateSchema,
  variantDocumentSchema,
  versionsDocumentSchema,
  webhookAnswerSchema,
  workerDocumentSchema,
  workerEventsSchema,
  workerIndexSchema,
  workerListSchema,
  workerLogSchema,
  workerStatisticsSchema,
  workerSummarySchema,
} from '@rbee/schema'
import { z } from 'zod'
import { healthSchema } from '../routes/server/health.ts'
import { readySchema } from '../routes/server/ready.ts'
import { cloneUrlSchema } from '../routes/workers/clone-url.ts'

/** The names of schemas in the OpenAPI document, and so of types in generated clients. */
const NAMED_SCHEMAS: Readonly<Record<string, z.ZodType>> = {
  Artifact: artifactSchema,
  Capabilities: capabilitiesSchema,
  CatalogDropped: catalogDroppedSchema,
  CatalogEntry: catalogEntrySchema,
  CatalogState: catalogStateSchema,
  CatalogStatus: catalogStatusSchema,
  CatalogSyncInput: catalogSyncInputSchema,
  CatalogSyncReport: catalogSyncReportSchema,
  CurrentToken: currentTokenSchema,
  CloneUrl: cloneUrlSchema,
  DeprecationInput: deprecationInputSchema,
  Download: downloadSchema,
  Finding: findingSchema,
  Health: healthSchema,
  LegacyWorker: legacyWorkerSchema,
  LegacyWorkerList: legacyWorkerListSchema,
  Manifest: manifestSchema,
  Pricing: pricingSchema,
  Problem: problemSchema,
  Programs: programsDocumentSchema,
  ProgramsInput: programsInputSchema,
  Ready: readySchema,
  Release: releaseDocumentSchema,
  ReleaseInput: releaseInputSchema,
  Requirements: requirementsSchema,
  Revocations: revocationsSchema,
  SecurityFixInput: securityFixInputSchema,
  SignedMetadata: signedMetadataSchema,
  SignedRoot: signedRootSchema,
  SignedRootInput: signedRootInputSchema,
  StandingInput: standingInputSchema,
  StatisticsOverview: statisticsOverviewSchema,
  SyncEntries: syncEntriesSchema,
  SyncEntriesResult: syncEntriesResultSchema,
  SyncFinish: syncFinishSchema,
  SyncFinished: syncFinishedSchema,
  SyncInput: syncInputSchema,
  SyncState: syncStateSchema,
  Token: tokenAnswerSchema,
  TokenInput: tokenInputSchema,
  UploadInput: uploadInputSchema,
  UploadState: uploadStateSchema,
  Variant: variantDocumentSchema,
  Versions: versionsDocumentSchema,
  WebhookAnswer: webhookAnswerSchema,
  Worker: workerDocumentSchema,
  WorkerEvents: workerEventsSchema,
  WorkerIndex: workerIndexSchema,
  WorkerLog: workerLogSchema,
  WorkerList: workerListSchema,
  WorkerStatistics: workerStatisticsSchema,
  WorkerSummary: workerSummarySchema,
}

const addressOf = (name: string) => `#/components/schemas/${name}`

const nameOf = new Map(Object.entries(NAMED_SCHEMAS).map(([name, schema]) => [schema, name]))

/** A reference to a named schema; every body of the API has a name. */
export function schemaReference(schema: z.ZodType): { $ref: string } {
  const name = nameOf.get(schema)
  if (name === undefined) throw new Error('A body has a schema without a name in the OpenAPI document')
  return { $ref: addressOf(name) }
}

/** All named schemas as JSON Schemas, referring to each other. */
export function componentSchemas() {
  const registry = z.registry<{ id: string }>()
  for (const [id, schema] of Object.entries(NAMED_SCHEMAS)) registry.add(schema, { id })
  // As input: fields with a default may be left out, and fields that a later version adds are no mistake.
  const { schemas } = z.toJSONSchema(registry, { io: 'input', uri: addressOf })
  return Object.fromEntries(
    Object.entries(schemas).map(([name, { $schema: _, $id: __, ...schema }]) => [name, schema]),
  )
}

import { signedDocument } from '@rbee/registry'
import {
  RbeeError,
  revocationsSchema,
  signedLogSchema,
  signedMetadataSchema,
  workerIdSchema,
  workerIndexSchema,
} from '@rbee/schema'
import { METADATA_FILE } from '@rbee/trust'
import type { Context } from 'hono'
import { z } from 'zod'
import type { Endpoint } from '../../endpoint.ts'
import { type Answer, documentAnswer } from '../../http/answer.ts'
import { type Parameter, pathParameter } from '../../http/parameters.ts'
import type { Services } from '../../services.ts'

const FILE: Parameter<z.ZodString> = {
  name: 'file',
  in: 'path',
  schema: z.string().regex(METADATA_FILE, 'is not the name of signed metadata'),
  code: 'metadata_not_found',
  description:
    '`timestamp.json`, or `N.root.json`, `N.snapshot.json`, `N.targets.json`, `N.bin-000.json` of a version N',
}

const DOCUMENT: Parameter<z.ZodString> = {
  name: 'file',
  in: 'path',
  schema: z.string().regex(/^[0-9a-f]{64}\.[a-z]{1,40}\.json$/, 'must be SHA256.NAME.json'),
  code: 'metadata_not_found',
  description: 'The SHA-256 that the metadata gives for `NAME.json`, and then `.NAME.json`',
}

const LISTED_FILE = /^([0-9a-f]{64})\.([^/]+)\.json$/
const TARGET: Parameter<z.ZodString> = {
  name: 'file',
  in: 'path',
  schema: z
    .string()
    .regex(LISTED_FILE, 'must be SHA256.WORKER.json')
    .refine((file) => workerIdSchema.safeParse(LISTED_FILE.exec(file)?.[2]).success, 'must name a worker'),
  code: 'metadata_not_found',
  description: 'The SHA-256 that the metadata gives for `workers/WORKER.json`, and then `.WORKER.json`',
}

/** What can be asked for of the documents that are signed beside those of workers. */
export const signedDocumentSchema = z.union([revocationsSchema, signedLogSchema])

export const getSignedMetadata: Endpoint = {
  operation: {
    id: 'getSignedMetadata',
    tag: 'Trust',
    summary: 'Get a file of signed metadata',
    description:
      'A repository of The Update Framework 1.0 with consistent snapshots; all files but `timestamp.json` never change. Bins are handed out by the first nine bits of the SHA-256 of a path (TAP 15).',
    parameters: [FILE],
    answers: [{ status: 200, description: 'The file', content: { schema: signedMetadataSchema } }],
    errors: ['metadata_not_found'],
  },
  dependsOn: 'documents',
  handle: (context, services) => answer(context, services, FILE, ''),
}

export const getSignedWorker: Endpoint = {
  operation: {
    id: 'getSignedWorker',
    tag: 'Trust',
    summary: "Get what is signed of a worker: its addresses and its documents' digests",
    parameters: [TARGET],
    answers: [{ status: 200, description: 'The file', content: { schema: workerIndexSchema } }],
    errors: ['metadata_not_found'],
  },
  dependsOn: 'documents',
  handle: (context, services) => answer(context, services, TARGET, 'targets/workers/'),
}

export const getSignedDocument: Endpoint = {
  operation: {
    id: 'getSignedDocument',
    tag: 'Trust',
    summary: 'Get a file that is signed beside the workers: `revocations.json` or `log.json`',
    parameters: [DOCUMENT],
    answers: [
      {
        status: 200,
        description: 'The file',
        content: { schema: signedDocumentSchema },
      },
    ],
    errors: ['metadata_not_found'],
  },
  dependsOn: 'documents',
  handle: (context, services) => answer(context, services, DOCUMENT, 'targets/'),
}

async function answer(
  context: Context,
  { reader }: Services,
  parameter: Parameter<z.ZodString>,
  folder: string,
): Promise<Answer> {
  const key = signedDocument(folder + pathParameter(context, parameter))
  const document = await reader.document(key)
  if (document !== null) return documentAnswer(key.kind, document)
  throw new RbeeError('metadata_not_found', 'There is no such file of signed metadata', {
    next: 'begin with /v1/tuf/timestamp.json',
  })
}

import type { OpenApiDocument } from '@rbee/web'
import generated from '../../openapi.generated.json' with { type: 'json' }

/** The document as it was generated: the server needs no generator at run time. A test fails when it is stale. */
export const OPENAPI: OpenApiDocument = generated

import { RbeeError } from '@rbee/schema'
import type { Endpoint } from '../../endpoint.ts'
import { taggedAnswer } from '../../http/answer.ts'
import { publishedJsonSchema, publishedSchemaNameSchema } from '../../openapi/json-schemas.ts'

export const getJsonSchema: Endpoint = {
  dependsOn: 'program',
  handle(context) {
    const name = publishedSchemaNameSchema.safeParse(context.req.param('file')?.replace(/\.json$/, ''))
    if (!name.success) {
      const names = publishedSchemaNameSchema.options
      throw new RbeeError('not_found', 'There is no such schema', {
        next: `ask for one of: ${names.map((one) => `${one}.json`).join(', ')}`,
      })
    }
    return taggedAnswer(JSON.stringify(publishedJsonSchema(name.data)), 'application/schema+json')
  },
}

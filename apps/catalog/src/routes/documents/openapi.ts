import type { Endpoint } from '../../endpoint.ts'
import { JSON_TYPE, taggedAnswer } from '../../http/answer.ts'
import { OPENAPI } from '../../openapi/generated.ts'

export const getOpenApi: Endpoint = {
  dependsOn: 'program',
  handle: () => taggedAnswer(JSON.stringify(OPENAPI), JSON_TYPE),
}

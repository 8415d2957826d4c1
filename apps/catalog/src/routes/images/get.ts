import { readImageFacts } from '@rbee/images'
import { RbeeError } from '@rbee/schema'
import type { PublicEndpoint } from '../../endpoint.ts'
import { documentAnswer } from '../../http/answer.ts'
import { pathParameter, SHA256 } from '../../http/parameters.ts'

/**
 * Strangers' bytes on this origin: of a type that runs nothing, which no browser may take for another (`nosniff` stands on
 * every answer), and without rights where one is opened as a page.
 */
const GUARDED = {
  'Content-Security-Policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
  'Content-Disposition': 'inline',
}

export const getImage: PublicEndpoint = {
  operation: {
    id: 'getImage',
    tag: 'Workers',
    summary: 'Get a screenshot',
    description: 'A picture of a worker as its catalog holds it. Never changes.',
    parameters: [SHA256],
    answers: [{ status: 200, description: 'PNG, JPEG or WebP', content: { mediaType: 'image/*' } }],
    errors: ['invalid_digest', 'image_not_found'],
  },
  dependsOn: 'documents',
  async handle(context, { reader }) {
    const sha256 = pathParameter(context, SHA256)
    const document = await reader.document({ kind: 'image', sha256 })
    if (document === null) throw new RbeeError('image_not_found', `No picture has the SHA-256 ${sha256}`)
    const answer = documentAnswer('image', document)
    const { media_type } = readImageFacts(document.body)
    return { ...answer, headers: { ...answer.headers, ...GUARDED, 'Content-Type': media_type } }
  },
}

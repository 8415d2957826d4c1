import { IMAGE_MAX_BYTES, RbeeError, storedImageSchema } from '@rbee/schema'
import type { GuardedEndpoint } from '../../endpoint.ts'
import { jsonAnswer } from '../../http/answer.ts'
import { readLimited } from '../../http/json-body.ts'
import { pathParameter, SHA256 } from '../../http/parameters.ts'
import { statedLength } from '../../http/stated-length.ts'

const content = { schema: storedImageSchema }

export const putImage: GuardedEndpoint = {
  scope: 'operator',
  operation: {
    id: 'putImage',
    tag: 'Catalogs',
    summary: 'Send a picture of a catalog',
    description:
      'A PNG, JPEG or WebP that entries name among their `screenshots`, before those entries. What it is, its bytes say; nothing is decoded.',
    parameters: [SHA256],
    body: {
      mediaType: 'application/octet-stream',
      description: 'The bytes of the picture',
      maxBytes: IMAGE_MAX_BYTES,
    },
    answers: [
      { status: 201, description: 'The picture was added', content },
      { status: 200, description: 'It is there already', content },
    ],
    errors: [
      'invalid_digest',
      'length_required',
      'body_too_large',
      'unsupported_media_type',
      'size_mismatch',
      'digest_mismatch',
      'image_invalid',
    ],
  },
  async handle(context, services, caller) {
    const sha256 = pathParameter(context, SHA256)
    const size = statedLength(context, 'A picture', IMAGE_MAX_BYTES)
    const bytes = await readLimited(context.req.raw, IMAGE_MAX_BYTES)
    if (bytes.length !== size) {
      throw new RbeeError('size_mismatch', `The body does not have the ${size} bytes that the request states`)
    }
    const { created, image } = await services.registry.putImage(caller, sha256, bytes)
    if (created) services.log.info({ sha256, size, token: caller.tokenId }, 'picture added')
    return jsonAnswer(image, created ? 201 : 200)
  },
}

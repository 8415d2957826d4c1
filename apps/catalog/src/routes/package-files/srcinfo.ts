import { RbeeError } from '@rbee/schema'
import type { Endpoint } from '../../endpoint.ts'
import { documentAnswer, taggedAnswer } from '../../http/answer.ts'
import {
  ADDRESS,
  BUILD_QUERY,
  pathParameter,
  queryParameter,
  VARIANT,
  VERSION_QUERY,
} from '../../http/parameters.ts'
import { choosePkgbuild } from './chosen-pkgbuild.ts'
import { packageFileRequest, REQUEST_ERRORS } from './request.ts'

export const getSrcinfo: Endpoint = {
  operation: {
    id: 'getSrcinfo',
    tag: 'Packages',
    summary: "Get the .SRCINFO of a worker's PKGBUILD",
    description:
      'Of the PKGBUILD that is answered for the same parameters: what `makepkg --printsrcinfo` would print of it.',
    parameters: [ADDRESS, VERSION_QUERY, BUILD_QUERY, VARIANT],
    answers: [{ status: 200, description: 'The .SRCINFO', content: { mediaType: 'text/plain' } }],
    rateLimit: 'pkgbuild',
    errors: [...REQUEST_ERRORS, 'no_repository', 'not_buildable', 'no_pkgbuild', 'no_srcinfo'],
  },
  dependsOn: 'documents',
  async handle(context, services) {
    const build = queryParameter(context, BUILD_QUERY)
    const request = await packageFileRequest(context, services, pathParameter(context, ADDRESS))
    const chosen = await choosePkgbuild(request, { build, legacy: false }, services)
    const { worker } = request.target
    if (chosen.kind === 'own') {
      const document = await services.reader.document({ kind: 'srcinfo', id: worker })
      if (document) return documentAnswer('srcinfo', document)
    } else if (chosen.file.srcinfo !== null) return taggedAnswer(chosen.file.srcinfo, chosen.file.contentType)
    throw new RbeeError(
      'no_srcinfo',
      `What the PKGBUILD of "${worker}" states is known to who runs it only`,
      {
        next: 'read the PKGBUILD itself',
      },
    )
  },
}

import { writePackageFile } from '@rbee/package-files'
import type { Endpoint } from '../../endpoint.ts'
import {
  ADDRESS,
  BUILD_QUERY,
  pathParameter,
  queryParameter,
  VARIANT,
  VERSION_QUERY,
} from '../../http/parameters.ts'
import { fileAnswer } from './answers.ts'
import { packageFileInput, packageFileRequest, REQUEST_ERRORS } from './request.ts'

export const getFormula: Endpoint = {
  operation: {
    id: 'getFormula',
    tag: 'Packages',
    summary: "Get a worker's Homebrew formula",
    description:
      'Generated: of the registry’s binaries, for which there must be one for macOS, or with `build=dev` of the source.',
    parameters: [ADDRESS, VERSION_QUERY, BUILD_QUERY, VARIANT],
    answers: [{ status: 200, description: 'The formula', content: { mediaType: 'text/plain' } }],
    rateLimit: 'pkgbuild',
    errors: [...REQUEST_ERRORS, 'no_repository', 'not_buildable', 'no_formula'],
  },
  dependsOn: 'documents',
  async handle(context, services) {
    const build = queryParameter(context, BUILD_QUERY) ?? 'prod'
    const request = await packageFileRequest(context, services, pathParameter(context, ADDRESS))
    return fileAnswer(writePackageFile(`homebrew-${build}`, await packageFileInput(request, services)))
  },
}

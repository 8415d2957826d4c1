import { writePackageFile } from '@rbee/package-files'
import type { Endpoint } from '../../endpoint.ts'
import {
  ADDRESS,
  BUILD,
  PACKAGE_MANAGER,
  pathParameter,
  VARIANT,
  VERSION_QUERY,
} from '../../http/parameters.ts'
import { fileAnswer, pkgbuildAnswer } from './answers.ts'
import { choosePkgbuild } from './chosen-pkgbuild.ts'
import { packageFileInput, packageFileRequest, REQUEST_ERRORS } from './request.ts'

export const getPlatformBuild: Endpoint = {
  operation: {
    id: 'getPlatformBuild',
    tag: 'Packages',
    summary: 'Get the file by which a package manager builds or installs a worker',
    description: 'The PKGBUILD or formula that is answered at `/v1` for the same build.',
    parameters: [ADDRESS, PACKAGE_MANAGER, BUILD, VERSION_QUERY, VARIANT],
    answers: [{ status: 200, description: 'PKGBUILD or formula', content: { mediaType: 'text/plain' } }],
    rateLimit: 'pkgbuild',
    errors: [...REQUEST_ERRORS, 'not_found', 'no_repository', 'not_buildable', 'no_formula'],
  },
  dependsOn: 'documents',
  async handle(context, services) {
    const build = pathParameter(context, BUILD)
    const manager = pathParameter(context, PACKAGE_MANAGER)
    const request = await packageFileRequest(context, services, pathParameter(context, ADDRESS))
    switch (manager) {
      case 'arch':
        return pkgbuildAnswer(await choosePkgbuild(request, { build, legacy: false }, services))
      case 'homebrew':
        return fileAnswer(writePackageFile(`homebrew-${build}`, await packageFileInput(request, services)))
    }
  },
}

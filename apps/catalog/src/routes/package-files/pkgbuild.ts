import type { Endpoint, Operation } from '../../endpoint.ts'
import {
  ADDRESS,
  BUILD_QUERY,
  pathParameter,
  queryParameter,
  VARIANT,
  VERSION_QUERY,
} from '../../http/parameters.ts'
import { pkgbuildAnswer } from './answers.ts'
import { choosePkgbuild } from './chosen-pkgbuild.ts'
import { packageFileRequest, REQUEST_ERRORS } from './request.ts'

const operation: Operation = {
  id: 'getPkgbuild',
  tag: 'Packages',
  summary: "Get a worker's PKGBUILD",
  description:
    'Without `build`: the PKGBUILD of its folder byte for byte, else its PKGBUILD.bin, else a generated one, of the binaries where there are any for Linux, else of the source. `build=dev`: the one of its folder if it builds from source, else a generated one that does. `build=prod`: always one generated of the registry’s binaries. A worker’s `pkgbuild_url` is null where the answer without parameters is 404.',
  parameters: [ADDRESS, VERSION_QUERY, BUILD_QUERY, VARIANT],
  answers: [{ status: 200, description: 'The PKGBUILD', content: { mediaType: 'text/plain' } }],
  rateLimit: 'pkgbuild',
  errors: [...REQUEST_ERRORS, 'no_repository', 'not_buildable', 'no_pkgbuild'],
}

export const getPkgbuild: Endpoint = {
  operation,
  dependsOn: 'documents',
  async handle(context, services) {
    const build = queryParameter(context, BUILD_QUERY)
    const request = await packageFileRequest(context, services, pathParameter(context, ADDRESS))
    return pkgbuildAnswer(await choosePkgbuild(request, { build, legacy: false }, services))
  },
}

/** At the address that clients of earlier catalogs know, for what they can read. */
export const legacyPkgbuild: Endpoint = {
  operation: {
    ...operation,
    id: 'legacyGetPkgbuild',
    tag: 'Clients of earlier catalogs',
    description:
      'The PKGBUILD of its folder byte for byte, else its PKGBUILD.bin, else a generated one: of the source, as clients of earlier catalogs can read it, else of the binaries.',
    parameters: [ADDRESS, VERSION_QUERY, VARIANT],
  },
  dependsOn: 'documents',
  async handle(context, services) {
    const request = await packageFileRequest(context, services, pathParameter(context, ADDRESS))
    return pkgbuildAnswer(await choosePkgbuild(request, { build: null, legacy: true }, services))
  },
}

import { writePackageFile } from '@rbee/package-files'
import { RbeeError } from '@rbee/schema'
import type { Context } from 'hono'
import { z } from 'zod'
import type { Endpoint, Operation } from '../../endpoint.ts'
import { type Parameter, pathParameter, VARIANT, VERSION_QUERY } from '../../http/parameters.ts'
import { fileAnswer, pkgbuildAnswer } from './answers.ts'
import { choosePkgbuild } from './chosen-pkgbuild.ts'
import { packageFileInput, packageFileRequest, REQUEST_ERRORS } from './request.ts'

// Addresses that earlier catalogs gave as static files, named by the package that they make.

const FILE: Parameter<z.ZodString> = {
  name: 'file',
  in: 'path',
  schema: z.string().max(300, 'is longer than 300 characters'),
  code: 'not_found',
  description:
    'Address of a worker, `-bin` (from binaries) or `-git` (from source), and the ending of the format',
}

const operation: Operation = {
  id: 'legacyGetNamedPkgbuild',
  tag: 'Clients of earlier catalogs',
  summary: 'Get a PKGBUILD by the name of its package',
  description:
    '`ID-bin.PKGBUILD` is generated of the binaries. `ID-git.PKGBUILD` is the one of the folder if it builds from source, else one that clients of earlier catalogs can read.',
  parameters: [FILE, VERSION_QUERY, VARIANT],
  answers: [{ status: 200, description: 'The PKGBUILD', content: { mediaType: 'text/plain' } }],
  rateLimit: 'pkgbuild',
  errors: [...REQUEST_ERRORS, 'not_found', 'no_repository', 'not_buildable'],
}

export const legacyNamedPkgbuild: Endpoint = {
  operation,
  dependsOn: 'documents',
  async handle(context, services) {
    const { address, name, build } = namedFile(context, 'PKGBUILD')
    const request = await packageFileRequest(context, services, address)
    const wish = build === 'prod' ? { build, name, legacy: false } : { build, legacy: true }
    return pkgbuildAnswer(await choosePkgbuild(request, wish, services))
  },
}

export const legacyNamedFormula: Endpoint = {
  operation: {
    ...operation,
    id: 'legacyGetNamedFormula',
    summary: 'Get a formula by its name',
    description:
      '`ID-bin.rb` is generated of the binaries, `ID-git.rb` of the source; their classes are named alike.',
    answers: [{ status: 200, description: 'The formula', content: { mediaType: 'text/plain' } }],
    errors: [...operation.errors, 'no_formula'],
  },
  dependsOn: 'documents',
  async handle(context, services) {
    const { address, name, build } = namedFile(context, 'rb')
    const request = await packageFileRequest(context, services, address)
    const input = await packageFileInput(request, services)
    return fileAnswer(writePackageFile(`homebrew-${build}`, { ...input, name }))
  },
}

interface NamedFile {
  readonly address: string
  /** Of the package: the file's without its ending. */
  readonly name: string
  readonly build: 'dev' | 'prod'
}

function namedFile(context: Context, ending: string): NamedFile {
  const file = pathParameter(context, FILE)
  const [, name, address, kind] = /^((.+)-(bin|git))\.[^.]+$/.exec(file) ?? []
  if (name !== undefined && address !== undefined && file === `${name}.${ending}`) {
    return { address, name, build: kind === 'bin' ? 'prod' : 'dev' }
  }
  throw new RbeeError('not_found', 'There is no such file', {
    next: `ask for ID-bin.${ending} or ID-git.${ending}, where ID is the address of a worker`,
  })
}

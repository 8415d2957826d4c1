import { isLoopback } from '@rbee/package-files'
import { RbeeError, versionSchema, workerIdSchema } from '@rbee/schema'
import type { Context } from 'hono'
import type { PublicEndpoint } from '../../endpoint.ts'
import type { Answer } from '../../http/answer.ts'
import type { Services } from '../../services.ts'
import { AN_HOUR, ASK_AGAIN, answerOpenFile } from '../package-repositories/open-file.ts'

/** One of the files of a repository that Git asks for by a fixed name (gitprotocol-http, "Dumb clients"). */
export function sourceFile(name: string): PublicEndpoint {
  return { handle: (context, services) => answerFile(context, services, name, ASK_AGAIN) }
}

/** A pack of a repository, or its index. */
export const getSourcePack: PublicEndpoint = {
  handle(context, services) {
    const file = context.req.param('file') ?? ''
    if (!/^pack-[0-9a-f]{40}\.(?:pack|idx)$/.test(file)) throw noSuchFile()
    return answerFile(context, services, `objects/pack/${file}`, AN_HOUR)
  },
}

async function answerFile(
  context: Context,
  { reader, sourceRepositories }: Services,
  path: string,
  cacheControl: string,
): Promise<Answer> {
  // Sources are for this machine itself: a page whose host name was made to mean it must not read them.
  if (sourceRepositories === null || !isLoopback(new URL(context.req.url))) throw noSuchFile()
  const { id, version } = releaseNamed(context.req.param('repository') ?? '')
  const release = await reader.release(id, version)
  if (release?.git == null || release.quarantined !== null) throw noSuchFile()
  const file = await sourceRepositories.open({ id, version, git: release.git }, path)
  if (file === null) throw noSuchFile()
  return answerOpenFile(context, file, cacheControl)
}

/** `ID-VERSION.git`: no id holds a dot, so that the first number with two of them begins the version. */
function releaseNamed(repository: string) {
  const [, name, number] = /^(.+?)-(\d+\.\d+\.\d+.*)\.git$/.exec(repository) ?? []
  const id = workerIdSchema.safeParse(name)
  const version = versionSchema.safeParse(number)
  if (!id.success || !version.success) throw noSuchFile()
  return { id: id.data, version: version.data }
}

function noSuchFile(): RbeeError {
  return new RbeeError('not_found', 'The server has no repository of such a source, or no such file in it', {
    next: 'ask for the address that the generated PKGBUILD names, on the machine of the server',
  })
}

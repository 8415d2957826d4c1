import { archSchema, RbeeError } from '@rbee/schema'
import type { Context } from 'hono'
import type { PublicEndpoint } from '../../endpoint.ts'
import { type Answer, emptyAnswer, type HeaderFields } from '../../http/answer.ts'
import { parseByteRange } from '../../http/byte-range.ts'
import type { RepositoryFile } from '../../package-repositories.ts'
import type { Services } from '../../services.ts'

/** Files that are replaced: clients ask every time whether there is another one. */
const ASK_AGAIN = 'no-cache'
/** Files that never change under their name; withdrawn packages are to go out of caches within an hour. */
const AN_HOUR = 'public, max-age=3600'

/** A package, or the database of packages: `pacman.conf` names `/arch/$arch`. */
export const getPacmanFile: PublicEndpoint = {
  handle(context, services) {
    const arch = archSchema.safeParse(context.req.param('arch'))
    const file = context.req.param('file') ?? ''
    const isDatabase = /^rbee\.(?:db|files)$/.test(file)
    if (!arch.success || !(isDatabase || /^[a-z0-9][A-Za-z0-9@._+-]*\.pkg\.tar\.zst$/.test(file)))
      throw noSuchFile()
    return answerFile(context, services, `arch/${arch.data}/${file}`, isDatabase ? ASK_AGAIN : AN_HOUR)
  },
}

const TAP = 'homebrew/tap.git'

/** One of the files of the tap that Git asks for by a fixed name (gitprotocol-http, "Dumb clients"). */
export function tapFile(name: string): PublicEndpoint {
  return { handle: (context, services) => answerFile(context, services, `${TAP}/${name}`, ASK_AGAIN) }
}

/** A pack of the tap, or its index. */
export const getTapPack: PublicEndpoint = {
  handle(context, services) {
    const file = context.req.param('file') ?? ''
    if (!/^pack-[0-9a-f]{40}\.(?:pack|idx)$/.test(file)) throw noSuchFile()
    return answerFile(context, services, `${TAP}/objects/pack/${file}`, AN_HOUR)
  },
}

async function answerFile(
  context: Context,
  { packageRepositories }: Services,
  path: string,
  cacheControl: string,
): Promise<Answer> {
  if (packageRepositories === null) {
    throw new RbeeError('not_found', 'This server offers no repositories of package managers', {
      next: 'make them from its releases, for any web server, with: rbee-catalog repository build DIR',
    })
  }
  const file = await packageRepositories.open(path)
  if (file === null) throw noSuchFile()
  const headers = {
    'Content-Type': 'application/octet-stream',
    'Cache-Control': cacheControl,
    'Accept-Ranges': 'bytes',
    ETag: `"${file.modifiedAt.toString(16)}-${file.size.toString(16)}"`,
    'Last-Modified': new Date(file.modifiedAt * 1000).toUTCString(),
  }
  if (context.req.raw.method === 'HEAD') {
    await file.close()
    return { ...emptyAnswer(200), headers: { ...headers, 'Content-Length': String(file.size) } }
  }
  if (isUnmodified(context, file)) {
    await file.close()
    return { ...emptyAnswer(304), headers }
  }
  return answerBytes(context, file, headers)
}

/** pacman knows times only. They count where no tag is asked for (RFC 9110, 13.1.3). */
function isUnmodified(context: Context, { modifiedAt }: RepositoryFile): boolean {
  const field = context.req.header('if-modified-since')
  if (field === undefined || context.req.header('if-none-match') !== undefined) return false
  return Date.parse(field) >= modifiedAt * 1000
}

/** pacman goes on with a download that broke off. */
async function answerBytes(context: Context, file: RepositoryFile, headers: HeaderFields): Promise<Answer> {
  const field = context.req.header('range')
  const condition = context.req.header('if-range')?.trim()
  const holds =
    condition === undefined || condition === headers.ETag || condition === headers['Last-Modified']
  const range = field === undefined || !holds ? 'whole' : parseByteRange(field, file.size)
  if (range === 'unsatisfiable') {
    await file.close()
    throw new RbeeError('range_not_satisfiable', `The file has ${file.size} bytes`, {
      details: { size: file.size },
    })
  }
  if (range === 'whole') {
    return { status: 200, headers: { ...headers, 'Content-Length': String(file.size) }, body: file.read() }
  }
  return {
    status: 206,
    headers: {
      ...headers,
      'Content-Length': String(range.end - range.start + 1),
      'Content-Range': `bytes ${range.start}-${range.end}/${file.size}`,
    },
    body: file.read(range),
  }
}

function noSuchFile(): RbeeError {
  return new RbeeError('not_found', 'There is no such file in the repositories of package managers', {
    next: 'ask for /arch/x86_64/rbee.db, or clone /homebrew/tap.git',
  })
}

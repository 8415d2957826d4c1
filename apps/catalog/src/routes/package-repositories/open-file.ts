import { RbeeError } from '@rbee/schema'
import type { Context } from 'hono'
import { type Answer, emptyAnswer, type HeaderFields } from '../../http/answer.ts'
import { parseByteRange } from '../../http/byte-range.ts'
import type { RepositoryFile } from '../../package-repositories.ts'

/** Files that are replaced: clients ask every time whether there is another one. */
export const ASK_AGAIN = 'no-cache'
/** Files that never change under their name; withdrawn packages are to go out of caches within an hour. */
export const AN_HOUR = 'public, max-age=3600'

/** The file, or a part of it, as pacman and Git ask for it. Closes it. */
export async function answerOpenFile(
  context: Context,
  file: RepositoryFile,
  cacheControl: string,
): Promise<Answer> {
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

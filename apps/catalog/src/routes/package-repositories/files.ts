import { archSchema, RbeeError } from '@rbee/schema'
import type { Context } from 'hono'
import type { PublicEndpoint } from '../../endpoint.ts'
import { type Answer, emptyAnswer } from '../../http/answer.ts'
import type { Services } from '../../services.ts'
import { isCountedDownload } from '../downloads/counted.ts'
import { AN_HOUR, ASK_AGAIN, answerOpenFile } from './open-file.ts'
import { packagedArchive } from './packaged-archive.ts'

/** A package, or the database of packages: `pacman.conf` names `/arch/$arch`. */
export const getPacmanFile: PublicEndpoint = {
  async handle(context, services) {
    const arch = archSchema.safeParse(context.req.param('arch'))
    const file = context.req.param('file') ?? ''
    const isDatabase = /^rbee\.(?:db|files)$/.test(file)
    if (!arch.success || !(isDatabase || /^[a-z0-9][A-Za-z0-9@._+-]*\.pkg\.tar\.zst$/.test(file)))
      throw noSuchFile()
    const path = `arch/${arch.data}/${file}`
    if (isDatabase) return orAskAgain(context, file, answerFile(context, services, path, ASK_AGAIN))
    return orAskAgain(context, file, countedAnswer(context, services, file, path))
  },
}

/** Who installs a package has downloaded the worker, whichever way its bytes came. */
async function countedAnswer(
  context: Context,
  services: Services,
  file: string,
  path: string,
): Promise<Answer> {
  const answer = await answerFile(context, services, path, AN_HOUR)
  const { countDownload, exchangeOf } = services
  if (countDownload && isFirstPart(answer) && isCountedDownload(context, null)) {
    const sha256 = await packagedArchive(file, services)
    if (sha256 !== null) countDownload(sha256, exchangeOf(context).client)
  }
  return answer
}

/** All bytes, or those from the first on: what is fetched in ranges counts once. */
function isFirstPart({ body, headers }: Answer): boolean {
  return body !== null && (headers['Content-Range']?.startsWith('bytes 0-') ?? true)
}

/** libalpm follows ten redirects (lib/libalpm/dload.c, CURLOPT_MAXREDIRS). */
const MAX_WAITS = 9

/**
 * Keeps a client that waits for the first build: pacman gives up after ten seconds without a byte, which begin anew where it
 * is sent to another address.
 */
async function orAskAgain(context: Context, file: string, answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer
  } catch (error) {
    const waits = Number(/^[1-9]$/.exec(context.req.query(WAITS) ?? '')?.[0] ?? 0)
    if (!isBeingMade(error) || waits >= MAX_WAITS) throw error
    return emptyAnswer(307, { Location: `${file}?${WAITS}=${waits + 1}` })
  }
}

const WAITS = 'waited'

function isBeingMade(error: unknown): boolean {
  return error instanceof RbeeError && error.code === 'not_ready'
}

const TAP = 'homebrew/tap.git'

/** One of the files of the tap that Git asks for by a fixed name (gitprotocol-http, "Dumb clients"). */
export function tapFile(name: string): PublicEndpoint {
  return {
    async handle(context, services) {
      // Git waits as long as it takes, and proxies in front mostly for a minute.
      for (let waits = 1; ; waits += 1) {
        try {
          return await answerFile(context, services, `${TAP}/${name}`, ASK_AGAIN)
        } catch (error) {
          if (!isBeingMade(error) || waits >= TAP_WAITS || services.isStopping()) throw error
        }
      }
    },
  }
}

/** Each as long as the repositories are waited for: 48 seconds in all. */
const TAP_WAITS = 6

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
  return answerOpenFile(context, file, cacheControl)
}

function noSuchFile(): RbeeError {
  return new RbeeError('not_found', 'There is no such file in the repositories of package managers', {
    next: 'ask for /arch/x86_64/rbee.db, or clone /homebrew/tap.git',
  })
}

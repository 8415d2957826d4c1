import type { ByteRange } from '@rbee/registry'
import { type Sha256, TOKEN_PREFIX } from '@rbee/schema'
import type { Context } from 'hono'
import type { Services } from '../../services.ts'

/** Programs that say of themselves that they fetch without anybody who wants a worker. */
const ROBOT = /bot\b|crawler|spider|slurp|preview|uptime|monitor|archiver/i

/**
 * Whether an answer with bytes of an archive is a download that statistics count. Of one that comes in ranges, the first
 * counts, so that a broken line and parallel connections count once. Left out is what would show publishers users that
 * do not exist: robots, prefetching browsers, and publishers themselves, who check what they published.
 */
export function isCountedDownload(context: Context, range: ByteRange | null): boolean {
  if (range !== null && range.start > 0) return false
  if (isPublisher(context.req.header('authorization'))) return false
  const purpose = context.req.header('sec-purpose') ?? context.req.header('purpose') ?? ''
  return !/\bprefetch\b/i.test(purpose) && !ROBOT.test(context.req.header('user-agent') ?? '')
}

/** Counts an archive as handed out, where downloads are counted and this is one. */
export function countHandedOut(
  context: Context,
  { countDownload, exchangeOf }: Pick<Services, 'countDownload' | 'exchangeOf'>,
  sha256: Sha256,
  range: ByteRange | null,
): void {
  if (countDownload === null || context.req.raw.method === 'HEAD') return
  if (isCountedDownload(context, range)) countDownload(sha256, exchangeOf(context).client)
}

/** By the form of the token alone: whether it is valid is a question for the database, and nothing is given for it. */
function isPublisher(authorization: string | undefined): boolean {
  const token = /^Bearer +(\S+)/i.exec(authorization ?? '')?.[1] ?? ''
  return Object.values(TOKEN_PREFIX).some((prefix) => token.startsWith(prefix))
}

import type { Context } from 'hono'
import type { Services } from '../services.ts'

/** Address of the server as this client sees it, without a slash at the end. */
export function publicUrlOf(context: Context, { settings }: Services): string {
  return settings.publicUrl ?? new URL(context.req.url).origin
}

import { WorkerEntrypoint } from 'cloudflare:workers'
import { isForCache } from '../cloudflare/edge-cache.ts'
import worker from './cloudflare.ts'

/** Cloudflare's cache stands in front of this entrypoint (wrangler.jsonc, docs/decisions/0011-edge-cache.md). */
export class Documents extends WorkerEntrypoint<Env> {
  override fetch(request: Request): Promise<Response> {
    return worker.fetch(request, this.env)
  }
}

/** The entrypoints of this Worker, as requests to itself. */
interface Loopback {
  readonly exports: { readonly Documents: { fetch(request: Request): Promise<Response> } }
}

export default {
  ...worker,
  fetch(request: Request, bindings: Env, context: Loopback): Promise<Response> {
    return isForCache(request) ? context.exports.Documents.fetch(request) : worker.fetch(request, bindings)
  },
}

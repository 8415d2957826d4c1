import { RbeeError } from '@rbee/schema'
import { type Context, Hono } from 'hono'
import { TrieRouter } from 'hono/router/trie-router'
import { createAnswering, type Handle } from './answering.ts'
import { type Answer, emptyAnswer } from './http/answer.ts'
import type { Exchange } from './http/exchange.ts'
import { preflightHeaders } from './http/headers.ts'
import { type Endpoints, METHODS, ROUTES } from './router.ts'
import type { Services } from './services.ts'

/** The HTTP server, whatever runs it. Every failure becomes a problem document; nothing is thrown. */
export interface CatalogApp {
  fetch(request: Request, env?: object): Response | Promise<Response>
  /** Sends the answer if it is kept in memory. @returns whether it was; else the request has to go through `fetch`. */
  answerFromMemory(exchange: Exchange): boolean
}

/** Runtimes differ only in the services they hand in. */
export function createApp(services: Services): CatalogApp {
  const app = new Hono()
  const answering = createAnswering(services)
  for (const [path, endpoints] of Object.entries(ROUTES)) {
    const notAllowed = answering.always(path, (context) => otherMethod(context, allowedMethods(endpoints)))
    for (const method of METHODS) {
      const endpoint = endpoints[method]
      // Methods a path lacks are registered, too, so that no path below it takes them.
      app.on(method, path, endpoint ? answering.endpoint(path, endpoint) : notAllowed)
    }
  }
  app.notFound(answering.always(UNROUTED, unroutedRequest()))
  return { fetch: (request, env) => app.fetch(request, env), answerFromMemory: answering.fromMemory }
}

/** Stands for the route in the log and the metrics where a request has none. */
const UNROUTED = 'none'

/**
 * Answers what no route takes: other methods of known paths, and unknown paths. The framework would run a route that
 * matches every method after each other route, which makes all of them slower; here it is asked only when it is needed.
 */
function unroutedRequest(): Handle {
  const known = new TrieRouter<Endpoints>()
  for (const [path, endpoints] of Object.entries(ROUTES)) known.add('ALL', path, endpoints)
  return (context) => {
    const endpoints = known.match('ALL', context.req.path)[0][0]?.[0]
    if (endpoints) return otherMethod(context, allowedMethods(endpoints))
    throw new RbeeError('not_found', 'There is nothing at this address', {
      next: 'see /docs for all addresses',
    })
  }
}

function allowedMethods(endpoints: Endpoints): readonly string[] {
  const methods = Object.keys(endpoints)
  return [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS']
}

function otherMethod(context: Context, allow: readonly string[]): Answer {
  const { method } = context.req.raw
  if (method === 'OPTIONS') {
    return emptyAnswer(204, { Allow: allow.join(', '), ...preflightHeaders(allow.join(', ')) })
  }
  throw new RbeeError('method_not_allowed', `${method} is not allowed here`, {
    next: `use one of: ${allow.join(', ')}`,
    details: { allow },
  })
}

import { RbeeError } from '@rbee/schema'
import { type Context, Hono } from 'hono'
import { TrieRouter } from 'hono/router/trie-router'
import type { Endpoint } from './endpoint.ts'
import { type Answer, emptyAnswer } from './http/answer.ts'
import { crossOriginHeaders, preflightHeaders } from './http/headers.ts'
import { problemAnswer } from './http/problem-answer.ts'
import { respond } from './http/respond.ts'
import { readToEnd } from './http/unread-body.ts'
import { type Endpoints, METHODS, ROUTES } from './router.ts'
import type { Services } from './services.ts'

/**
 * The HTTP server as a function from requests to responses. Runtimes differ only in the services they hand in.
 * Every failure becomes a problem document; nothing is thrown.
 */
export function createApp(services: Services): Hono {
  const app = new Hono()
  const handler = answering(services)
  for (const [path, endpoints] of Object.entries(ROUTES)) {
    const notAllowed = handler((context) => otherMethod(context, allowedMethods(endpoints)))
    for (const method of METHODS) {
      const endpoint = endpoints[method]
      // Methods a path lacks are registered, too, so that no path below it takes them.
      app.on(method, path, endpoint ? handler(counted(endpoint, services)) : notAllowed)
    }
  }
  app.notFound(handler(unroutedRequest()))
  return app
}

type Handle = (context: Context, services: Services) => Answer | Promise<Answer>

/** Makes handlers, which run a route and send what it answers or what it fails with. */
function answering(services: Services): (handle: Handle) => (context: Context) => Promise<Response> {
  const rules = { crossOrigin: crossOriginHeaders(services.settings.allowedOrigins) }
  return (handle) => async (context) => {
    const requestId = services.nextRequestId()
    const request = context.req.raw
    try {
      const answer = await handle(context, services)
      await readToEnd(request)
      return await respond(request, answer, requestId, rules)
    } catch (error) {
      await readToEnd(request)
      return respond(request, problemAnswer(error, requestId, services.log), requestId, rules)
    }
  }
}

/** Requests are counted before anything is done for them. A server that does not count pays nothing for it. */
function counted({ operation, handle }: Endpoint, { countRequest }: Services): Handle {
  const limitClass = operation?.rateLimit
  if (limitClass === undefined || countRequest === null) return handle
  return (context, services) => {
    countRequest(limitClass, context)
    return handle(context, services)
  }
}

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

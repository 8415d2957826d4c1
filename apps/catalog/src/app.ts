import { RbeeError } from '@rbee/schema'
import { type Context, type Handler, Hono } from 'hono'
import { type Answer, emptyAnswer } from './http/answer.ts'
import { crossOriginHeaders, preflightHeaders } from './http/headers.ts'
import { problemAnswer } from './http/problem-answer.ts'
import { respond } from './http/respond.ts'
import { type Endpoints, ROUTES } from './router.ts'
import type { Services } from './services.ts'

/**
 * The HTTP server as a function from requests to responses. Runtimes differ only in the services they hand in.
 * Every failure becomes a problem document; nothing is thrown.
 */
export function createApp(services: Services): Hono {
  const app = new Hono()
  const handler = answering(services)
  for (const [path, endpoints] of Object.entries(ROUTES)) {
    for (const [method, endpoint] of Object.entries(endpoints)) {
      app.on(method, path, handler(endpoint.handle))
    }
    const allow = allowedMethods(endpoints)
    app.all(
      path,
      handler((context) => otherMethod(context, allow)),
    )
  }
  app.all('*', handler(unknownPath))
  return app
}

type Handle = (context: Context, services: Services) => Answer | Promise<Answer>

/** Makes handlers, which run a route and send what it answers or what it fails with. */
function answering(services: Services): (handle: Handle) => Handler {
  const rules = { crossOrigin: crossOriginHeaders(services.settings.allowedOrigins) }
  return (handle) => async (context) => {
    const requestId = services.nextRequestId()
    const request = context.req.raw
    try {
      return await respond(request, await handle(context, services), requestId, rules)
    } catch (error) {
      return respond(request, problemAnswer(error, requestId, services.log), requestId, rules)
    }
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

function unknownPath(): Answer {
  throw new RbeeError('not_found', 'There is nothing at this address', {
    next: 'see /docs for all addresses',
  })
}

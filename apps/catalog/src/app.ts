import { RbeeError } from '@rbee/schema'
import { type Context, Hono } from 'hono'
import { methodNotAllowed, methodsAt, methodsOf } from './allowed-methods.ts'
import { createAnswering } from './answering.ts'
import { type Answer, emptyAnswer } from './http/answer.ts'
import type { Exchange } from './http/exchange.ts'
import { preflightHeaders } from './http/headers.ts'
import { METHODS, ROUTES } from './router.ts'
import type { RuntimeServices, Services } from './services.ts'
import { UNROUTED } from './site/failures.ts'
import { ofDefects, ownApi, ownExchange } from './site/own-api.ts'

/** The HTTP server, whatever runs it. Every failure becomes a problem document; nothing is thrown. */
export interface CatalogApp {
  fetch(request: Request, env?: object): Response | Promise<Response>
  /** Sends the answer if it is kept in memory. @returns whether it was; else the request has to go through `fetch`. */
  answerFromMemory(exchange: Exchange): boolean
}

/** Runtimes differ only in the services they hand in. */
export function createApp(services: RuntimeServices): CatalogApp {
  const own = routed({
    ...services,
    ...{ compress: null, countRequest: null, countDownload: null, keptAnswers: null },
    exchangeOf: ({ req }) => ownExchange(req.raw),
    ownApi: pagesAskNoPages,
    log: ofDefects(services.log),
  })
  return routed({ ...services, ownApi: ownApi(own.fetch) })
}

function pagesAskNoPages(): never {
  throw new Error('A page asked for a page')
}

function routed(services: Services): CatalogApp {
  const app = new Hono()
  const answering = createAnswering(services)
  for (const [path, endpoints] of Object.entries(ROUTES)) {
    const notAllowed = answering.always(path, (context) => otherMethod(context, methodsOf(endpoints)))
    for (const method of METHODS) {
      const endpoint = endpoints[method]
      // Methods a path lacks are registered, too, so that no path below it takes them.
      app.on(method, path, endpoint ? answering.endpoint(path, endpoint) : notAllowed)
    }
  }
  app.notFound(answering.always(UNROUTED, unroutedRequest))
  return { fetch: (request, env) => app.fetch(request, env), answerFromMemory: answering.fromMemory }
}

/** Answers what no route takes: other methods of known paths, and unknown paths. */
function unroutedRequest(context: Context): Answer {
  const allow = methodsAt(context.req.path)
  if (allow !== null) return otherMethod(context, allow)
  throw new RbeeError('not_found', 'There is nothing at this address', {
    next: 'see /docs/api for all addresses',
  })
}

function otherMethod(context: Context, allow: readonly string[]): Answer {
  const { method } = context.req.raw
  if (method !== 'OPTIONS') throw methodNotAllowed(method, allow)
  return emptyAnswer(204, { Allow: allow.join(', '), ...preflightHeaders(allow.join(', ')) })
}

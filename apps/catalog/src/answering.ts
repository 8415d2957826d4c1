import type { Context } from 'hono'
import type { Endpoint } from './endpoint.ts'
import type { Answer } from './http/answer.ts'
import { allowedCaller } from './http/bearer.ts'
import type { Exchange } from './http/exchange.ts'
import { finishAnswer, letGo, requireAskedFor } from './http/finish-answer.ts'
import { crossOriginHeaders } from './http/headers.ts'
import { problemAnswer } from './http/problem-answer.ts'
import { readToEnd } from './http/unread-body.ts'
import type { Services } from './services.ts'
import type { RateLimitClass } from './settings.ts'
import { isForPeople } from './site/failures.ts'

export type Handle = (context: Context, services: Services) => Answer | Promise<Answer>
type Handler = (context: Context) => Promise<Response>

/** What stands around every route: counting, keeping, sending, and problems in place of failures. */
export interface Answering {
  /** @param route the address as the router knows it. */
  endpoint(route: string, endpoint: Endpoint): Handler
  /** For answers that no endpoint gives; they are neither counted nor kept. */
  always(route: string, handle: Handle): Handler
  /** Sends the answer if it is kept in memory. @returns whether it was. */
  fromMemory(exchange: Exchange): boolean
}

export function createAnswering(services: Services): Answering {
  const { countRequest, keptAnswers, log } = services
  const rules = { crossOrigin: crossOriginHeaders(services.settings.allowedOrigins) }
  const finish = (exchange: Exchange, answer: Answer) => finishAnswer(exchange, answer, rules)
  const problem = (exchange: Exchange, error: unknown, route: string, path: string | null) =>
    problemAnswer(error, exchange.id, log, isForPeople(exchange, route, path))

  /** Requests are counted before anything is done for them. */
  function count(limitClass: RateLimitClass | undefined, exchange: Exchange): void {
    if (limitClass !== undefined && countRequest !== null) countRequest(limitClass, exchange.client)
  }

  function handler(
    route: string,
    answerTo: (context: Context, exchange: Exchange) => Answer | Promise<Answer>,
  ) {
    return async (context: Context) => {
      const exchange = services.exchangeOf(context)
      let answer: Answer
      try {
        answer = await answerTo(context, exchange)
        requireAskedFor(exchange, answer)
      } catch (error) {
        answer = problem(exchange, error, route, context.req.path)
      }
      await readToEnd(context.req.raw)
      const finished = finish(exchange, answer)
      await letGo(answer, finished)
      return exchange.send(finished, route)
    }
  }

  return {
    always: (route, handle) => handler(route, (context) => handle(context, services)),
    endpoint(route, endpoint) {
      const limitClass = endpoint.operation?.rateLimit ?? endpoint.rateLimit
      const showsFigures = endpoint.dependsOn === 'figures'
      return handler(route, async (context, exchange) => {
        count(limitClass, exchange)
        if (endpoint.scope !== undefined) {
          return endpoint.handle(context, services, await allowedCaller(context, services, endpoint.scope))
        }
        if (endpoint.dependsOn === undefined || exchange.address === null || keptAnswers === null) {
          return endpoint.handle(context, services)
        }
        const { revision } = keptAnswers
        const answer = await endpoint.handle(context, services)
        keptAnswers.keep(exchange.address, { answer, route, limitClass, showsFigures }, revision)
        return answer
      })
    },
    fromMemory(exchange) {
      const kept = exchange.address === null ? undefined : keptAnswers?.find(exchange.address)
      if (kept === undefined) return false
      let { answer } = kept
      try {
        count(kept.limitClass, exchange)
        requireAskedFor(exchange, answer)
      } catch (error) {
        answer = problem(exchange, error, kept.route, null)
      }
      void exchange.send(finish(exchange, answer), kept.route)
      return true
    },
  }
}

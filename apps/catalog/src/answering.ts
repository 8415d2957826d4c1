import type { Context } from 'hono'
import type { Endpoint } from './endpoint.ts'
import type { Answer } from './http/answer.ts'
import { allowedCaller } from './http/bearer.ts'
import { codingFor, inCoding, negotiated } from './http/coded-answers.ts'
import type { Exchange } from './http/exchange.ts'
import { finishAnswer, letGo, requireAskedFor } from './http/finish-answer.ts'
import { crossOriginHeaders } from './http/headers.ts'
import type { KeptAnswer } from './http/kept-answers.ts'
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
  const { compress, countRequest, keptAnswers, log } = services
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

  /** As it is kept, or made anew. Only what depends on no other field of its request comes here. */
  async function keptOrMade(address: string, make: () => Promise<KeptAnswer>): Promise<KeptAnswer> {
    const known = keptAnswers?.find(address)
    if (known) return known
    const revision = keptAnswers?.revision ?? 0
    const made = await make()
    keptAnswers?.keep(address, made, revision)
    return made
  }

  async function inCodingOf(exchange: Exchange, address: string, kept: KeptAnswer): Promise<Answer> {
    const coding = codingFor(exchange, kept.answer)
    if (compress === null || coding === null) return kept.answer
    const known = keptAnswers?.findCoded(kept, coding)
    if (known) return known
    const answer = await inCoding(kept.answer, coding, compress)
    if (answer === null) return kept.answer
    keptAnswers?.keepCoded(address, kept, coding, answer)
    return answer
  }

  return {
    always: (route, handle) => handler(route, (context) => handle(context, services)),
    endpoint(route, endpoint) {
      const limitClass = endpoint.operation?.rateLimit ?? endpoint.rateLimit
      return handler(route, async (context, exchange) => {
        count(limitClass, exchange)
        if (endpoint.scope !== undefined) {
          return endpoint.handle(context, services, await allowedCaller(context, services, endpoint.scope))
        }
        const { dependsOn } = endpoint
        const { address } = exchange
        if (dependsOn === undefined || address === null) return endpoint.handle(context, services)
        const kept = await keptOrMade(address, async () => {
          const answer = await endpoint.handle(context, services)
          return { answer: compress ? negotiated(answer) : answer, route, limitClass, dependsOn }
        })
        return inCodingOf(exchange, address, kept)
      })
    },
    fromMemory(exchange) {
      const kept = exchange.address === null ? undefined : keptAnswers?.find(exchange.address)
      if (kept === undefined) return false
      const coding = compress && codingFor(exchange, kept.answer)
      let answer = coding === null ? kept.answer : keptAnswers?.findCoded(kept, coding)
      // It is compressed on the way of all others, and kept for who comes next.
      if (answer === undefined) return false
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

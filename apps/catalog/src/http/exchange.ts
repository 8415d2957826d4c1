import type { Body } from './answer.ts'

/** An answer as it goes out: every field it has, and no body where HTTP wants none. */
export interface FinishedAnswer {
  readonly status: number
  /** Names and values in turn, no name twice. */
  readonly fields: readonly string[]
  readonly body: Body
}

/** One request, and the way its answer goes. Each runtime has its own. */
export interface Exchange {
  /** Names the request in the log and in its answer. */
  readonly id: string
  readonly method: string
  /** Who asks, as far as clients are told apart: an IPv4 address or an IPv6 network; empty where it is not known. */
  readonly client: string
  /**
   * Under which name the answer may be kept in memory: all of the request that decides which route it takes and with
   * which parameters. Null for requests whose answers are never kept.
   */
  readonly address: string | null
  /** A field of the request by its name in lower case; null where it is missing. */
  field(name: string): string | null
  /**
   * Sends the answer, and tells the log and the metrics of it.
   *
   * @param route the address as the router knows it.
   */
  send(answer: FinishedAnswer, route: string): Response | Promise<Response>
}

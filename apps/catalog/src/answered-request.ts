/** One answered request, as the log and the metrics tell of it. */
export interface AnsweredRequest {
  readonly id: string
  readonly method: string
  /** Path as the client sent it, without the query; may hold secrets that somebody put there by mistake. */
  readonly path: string
  /** The address as the router knows it. */
  readonly route: string
  /** 499 where the client went away before there was an answer. */
  readonly status: number
  /** Of the request's body, as it was stated; 0 where nothing was. */
  readonly receivedBytes: number
  /** Of the answer's body, as far as it was sent. */
  readonly bytes: number
  /** From the head of the request to the end of the answer. */
  readonly milliseconds: number
  /** Who asked, as far as clients are told apart: an IPv4 address or an IPv6 network; empty where it is not known. */
  readonly client: string
  /** Whether the connection ended before the answer did. */
  readonly aborted: boolean
}

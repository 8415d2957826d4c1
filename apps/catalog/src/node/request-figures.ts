import type { AnsweredRequest } from '../answered-request.ts'

/** In seconds: from documents out of memory to archives over slow lines. */
const BOUNDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120, 600]

/** Counts and durations of requests, by the route that the router knows, method and status. */
export interface RequestFigures {
  note(answered: AnsweredRequest): void
  /** In the text format of Prometheus. */
  render(): string
}

interface Route {
  sent: number
  received: number
  /** One for each method and status. */
  readonly answers: Answers[]
}

interface Answers {
  readonly method: string
  readonly status: number
  count: number
  seconds: number
  /** How many took at most as long as each bound and longer than the bound before; the last ones took longer than all. */
  readonly within: number[]
}

/**
 * Counts by plain additions, because this happens in every request: the histogram of the library that renders all other
 * figures took a tenth of the time that a request for a document takes.
 */
export function requestFigures(): RequestFigures {
  const routes = new Map<string, Route>()
  return {
    note({ route, method, status, bytes, receivedBytes, milliseconds }) {
      const figures = routes.get(route) ?? newRoute(routes, route)
      figures.sent += bytes
      figures.received += receivedBytes
      const answers = answersOf(figures, method, status)
      const seconds = milliseconds / 1000
      answers.count += 1
      answers.seconds += seconds
      const bound = boundOf(seconds)
      answers.within[bound] = (answers.within[bound] ?? 0) + 1
    },
    render: () => [...durations(routes), ...bytes(routes), ''].join('\n'),
  }
}

function newRoute(routes: Map<string, Route>, route: string): Route {
  const figures = { sent: 0, received: 0, answers: [] }
  routes.set(route, figures)
  return figures
}

function answersOf({ answers }: Route, method: string, status: number): Answers {
  const known = answers.find((one) => one.status === status && one.method === method)
  if (known) return known
  const first = { method, status, count: 0, seconds: 0, within: Array<number>(BOUNDS.length + 1).fill(0) }
  answers.push(first)
  return first
}

function boundOf(seconds: number): number {
  const bound = BOUNDS.findIndex((most) => seconds <= most)
  return bound === -1 ? BOUNDS.length : bound
}

/** Buckets hold all that took at most as long as they say, so each one includes those before it. */
function* durations(routes: ReadonlyMap<string, Route>): Iterable<string> {
  const name = 'rbee_http_request_duration_seconds'
  yield `# HELP ${name} Time from the head of a request to the end of its answer`
  yield `# TYPE ${name} histogram`
  for (const [route, { answers }] of routes) {
    for (const { method, status, count, seconds, within } of answers) {
      const labels = `route="${route}",method="${method}",status="${status}"`
      let total = 0
      for (const [index, bound] of [...BOUNDS, '+Inf'].entries()) {
        total += within[index] ?? 0
        yield `${name}_bucket{${labels},le="${bound}"} ${total}`
      }
      yield `${name}_sum{${labels}} ${seconds}`
      yield `${name}_count{${labels}} ${count}`
    }
  }
}

function* bytes(routes: ReadonlyMap<string, Route>): Iterable<string> {
  yield '# HELP rbee_http_response_bytes_total Bytes of bodies that were sent'
  yield '# TYPE rbee_http_response_bytes_total counter'
  for (const [route, { sent }] of routes) yield `rbee_http_response_bytes_total{route="${route}"} ${sent}`
  yield '# HELP rbee_http_request_bytes_total Bytes of bodies that requests stated'
  yield '# TYPE rbee_http_request_bytes_total counter'
  for (const [route, { received }] of routes)
    yield `rbee_http_request_bytes_total{route="${route}"} ${received}`
}

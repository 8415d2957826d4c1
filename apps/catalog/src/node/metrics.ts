import type { CatalogReader, Database } from '@rbee/registry'
import {
  Counter,
  collectDefaultMetrics,
  Gauge,
  Histogram,
  type PrometheusContentType,
  Registry,
} from 'prom-client'
import type { AnsweredRequest } from '../answered-request.ts'
import type { MetricsPage } from '../metrics-page.ts'
import type { MetricsReaders } from '../settings.ts'
import { catalogMetrics } from './catalog-metrics.ts'

/** In seconds: from documents out of memory to archives over slow lines. */
const DURATIONS = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120, 600,
]

/** The server's figures, in the text format of Prometheus. */
export interface Metrics {
  onAnswered(answered: AnsweredRequest): void
  render(): Promise<{ readonly contentType: string; readonly text: string }>
}

/** What is asked when the figures are read, rather than counted before. */
export interface MeasuredServer {
  readonly version: string
  readonly database: Pick<Database, 'listDue'>
  readonly reader: CatalogReader
  /** Requests that are not answered yet. */
  readonly runningRequests: () => number
  readonly openConnections: () => Promise<number>
}

export function createMetrics(server: MeasuredServer): Metrics {
  const registry = new Registry<PrometheusContentType>()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const durations = new Histogram({
    name: 'rbee_http_request_duration_seconds',
    help: 'Time from the head of a request to the end of its answer',
    labelNames: ['route', 'method', 'status'],
    buckets: DURATIONS,
    registers,
  })
  const sent = new Counter({
    name: 'rbee_http_response_bytes_total',
    help: 'Bytes of bodies that were sent',
    labelNames: ['route'],
    registers,
  })
  const received = new Counter({
    name: 'rbee_http_request_bytes_total',
    help: 'Bytes of bodies that requests stated',
    labelNames: ['route'],
    registers,
  })
  stateOfServer(server, registers)
  catalogMetrics(server.reader, registers)
  return {
    onAnswered({ route, method, status, bytes, receivedBytes, milliseconds }) {
      durations.observe({ route, method, status }, milliseconds / 1000)
      sent.inc({ route }, bytes)
      if (receivedBytes > 0) received.inc({ route }, receivedBytes)
    },
    render: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  }
}

/** The page of the figures, for those that the operator lets read them. */
export function metricsPage(metrics: Metrics | null, readers: MetricsReaders = 'off'): MetricsPage {
  if (metrics === null || readers === 'off') {
    return { readers: 'off', instead: 'start the server with --metrics open or --metrics token' }
  }
  return { readers, render: metrics.render }
}

/** Marks that are looked at; more are told as this many. */
const DUE_MAX = 1000

function stateOfServer(server: MeasuredServer, registers: Registry[]): void {
  const { version, database, runningRequests, openConnections } = server
  new Gauge({
    name: 'rbee_build_info',
    help: 'Always 1; the version stands in the label',
    labelNames: ['version'],
    registers,
  }).set({ version }, 1)
  new Gauge({
    name: 'rbee_http_requests_in_flight',
    help: 'Requests that are not answered yet',
    registers,
    collect() {
      this.set(runningRequests())
    },
  })
  new Gauge({
    name: 'rbee_http_connections',
    help: 'Open connections',
    registers,
    async collect() {
      this.set(await openConnections())
    },
  })
  new Gauge({
    name: 'rbee_due_workers',
    help: `Workers whose documents are older than their rows, up to ${DUE_MAX}; above 0 for long means that writing fails`,
    registers,
    async collect() {
      this.set((await database.listDue(DUE_MAX)).length)
    },
  })
}

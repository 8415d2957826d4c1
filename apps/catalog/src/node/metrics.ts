import type { CatalogReader, Database } from '@rbee/registry'
import { collectDefaultMetrics, Gauge, type PrometheusContentType, Registry } from 'prom-client'
import type { AnsweredRequest } from '../answered-request.ts'
import type { MetricsPage } from '../metrics-page.ts'
import type { MetricsReaders } from '../settings.ts'
import { catalogMetrics } from './catalog-metrics.ts'
import { requestFigures } from './request-figures.ts'

/** The server's figures, in the text format of Prometheus. */
export interface Metrics {
  onAnswered(answered: AnsweredRequest): void
  render(): Promise<{ readonly contentType: string; readonly text: string }>
}

/** What is asked when the figures are read, rather than counted before. */
export interface MeasuredServer {
  readonly version: string
  readonly database: Pick<Database, 'listDue' | 'countMails' | 'listTransfers'>
  readonly reader: CatalogReader
  /** Requests that are not answered yet. */
  readonly runningRequests: () => number
  readonly openConnections: () => Promise<number>
}

export function createMetrics(server: MeasuredServer): Metrics {
  const registry = new Registry<PrometheusContentType>()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const requests = requestFigures()
  stateOfServer(server, registers)
  catalogMetrics(server.reader, registers)
  return {
    onAnswered: requests.note,
    render: async () => ({
      contentType: registry.contentType,
      text: requests.render() + (await registry.metrics()),
    }),
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
const TRANSFERS_MAX = 200

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
  new Gauge({
    name: 'rbee_transfers_asked',
    help: 'Changes of owner that wait for review, up to 200',
    registers,
    async collect() {
      this.set((await database.listTransfers({ status: 'asked' }, TRANSFERS_MAX)).length)
    },
  })
  new Gauge({
    name: 'rbee_mails_queued',
    help: 'Mails that are not handed over; with state failing those that were tried in vain, which hold waiting times up',
    labelNames: ['state'],
    registers,
    async collect() {
      const { queued, failing } = await database.countMails()
      this.set({ state: 'all' }, queued)
      this.set({ state: 'failing' }, failing)
    },
  })
}

import { type Columns, createColumns } from './columns.ts'
import type { IndexedRow } from './indexed-row.ts'

const PUBLISHER = JSON.stringify({ id: 'token-1', name: 'somebody', kind: 'token', verified: false })

/** A row for tests; `doc` is also its number. */
export function aRow(doc: number, overrides: Partial<IndexedRow> = {}): IndexedRow {
  return {
    row: doc,
    doc,
    worker: `worker-${doc}`,
    since: 0,
    until: null,
    changed: 0,
    name: `worker ${doc}`,
    labels: '',
    publishedAt: 0,
    downloads: 0,
    flags: 0,
    publisher: PUBLISHER,
    fit: 1,
    ...overrides,
  }
}

/** Columns over some rows, as they are at moment 1. */
export function sampleColumns(rows: readonly IndexedRow[]): Columns {
  const columns = createColumns()
  columns.apply(rows, 1)
  return columns
}

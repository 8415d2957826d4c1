import { type ErrorCode, type Finding, findingSchema } from '@rbee/schema'

/** More problems of one folder than anybody reads at once; a hostile file could otherwise state millions. */
const FINDINGS_PER_FOLDER = 100

/** What is said of one folder; the rest of a {@link Finding} is the folder's. */
export interface Problem {
  readonly code: ErrorCode
  readonly message: string
  readonly next?: string
  readonly file?: string
  /** 1-based. */
  readonly line?: number | null
  readonly field?: string
  readonly severity?: Finding['severity']
}

/** Collects the findings of one folder, so that all problems of an entry are told at once. */
export class FolderFindings {
  /** The folder, relative to the catalog. */
  readonly path: string
  /** Known once the manifest was read. */
  worker: string | null = null
  readonly #problems: Problem[] = []

  constructor(path: string) {
    this.path = path
  }

  error(problem: Problem): void {
    this.#problems.push({ ...problem, severity: 'error' })
  }

  warn(problem: Problem): void {
    this.#problems.push({ ...problem, severity: 'warning' })
  }

  /** With one or more of them the folder cannot be served. */
  get errors(): number {
    return this.#problems.filter((problem) => problem.severity === 'error').length
  }

  /** In order of file and line, errors and warnings alike. */
  list(): Finding[] {
    const told = this.#problems.toSorted(severityOrder).slice(0, FINDINGS_PER_FOLDER)
    const sorted = told.toSorted(
      (a, b) => compareText(a.file ?? '', b.file ?? '') || (a.line ?? 0) - (b.line ?? 0),
    )
    return sorted.map((problem) =>
      findingSchema.parse({
        severity: 'error',
        ...problem,
        message: problem.message.slice(0, 1000),
        path: this.path,
        worker: this.worker,
      }),
    )
  }
}

function severityOrder(a: Problem, b: Problem): number {
  return Number(a.severity === 'warning') - Number(b.severity === 'warning')
}

/** Orders by code units, the same on every machine and in every locale. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** A value out of a stranger's file, short and harmless to print. */
export function quoteValue(value: unknown): string {
  const text = JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'bigint' ? inner.toString() : inner,
  )
  if (text === undefined) return 'nothing'
  const visible = text.replace(/[\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, '?')
  return visible.length > 80 ? `${visible.slice(0, 77)}…` : visible
}

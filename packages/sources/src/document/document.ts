/** A value of a configuration file, whichever syntax it is written in. Dates exist in TOML only. */
export type DocumentValue = string | number | boolean | Date | DocumentValue[] | DocumentTable
export interface DocumentTable {
  [key: string]: DocumentValue
}
export type DocumentPath = readonly (string | number)[]

/** A parsed file that still knows where everything stands. */
export interface ParsedDocument {
  /** Its tables have no prototype: a key such as `__proto__` is a key like any other. */
  readonly root: DocumentTable
  /** The line (from 1) of a key or element, or of the nearest table around it; null where nothing of it stands. */
  lineOf(path: DocumentPath): number | null
}

/** What ends the reading of a file. */
export interface SyntaxProblem {
  readonly message: string
  /** 1-based. */
  readonly line: number
}

export type DocumentReading =
  | { readonly ok: true; readonly document: ParsedDocument }
  | { readonly ok: false; readonly problem: SyntaxProblem }

/** No file that is read needs more levels; work and memory grow with the square of the depth. */
export const MAX_DEPTH = 32

export function isTable(value: DocumentValue | undefined): value is DocumentTable {
  return typeof value === 'object' && !Array.isArray(value) && !(value instanceof Date)
}

export function emptyTable(): DocumentTable {
  return Object.create(null) as DocumentTable
}

/** Remembers lines by path. Only problems ask for them, so that paths become text no sooner than somebody asks. */
export class LineIndex {
  readonly #noted: { readonly path: DocumentPath; readonly line: number }[] = []
  #lines: Map<string, number> | null = null

  /** The first line noted for a path is its line. */
  note(path: DocumentPath, line: number): void {
    this.#noted.push({ path, line })
  }

  lineOf(path: DocumentPath): number | null {
    this.#lines ??= new Map(this.#noted.toReversed().map((noted) => [JSON.stringify(noted.path), noted.line]))
    for (let length = path.length; length > 0; length -= 1) {
      const line = this.#lines.get(JSON.stringify(path.slice(0, length)))
      if (line !== undefined) return line
    }
    return null
  }
}

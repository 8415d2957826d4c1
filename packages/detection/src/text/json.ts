import { tryParseJson } from '@rbee/schema'

/** A place in a JSON text of unknown shape: whatever is not there reads as null, whatever depth was asked for. */
export interface JsonPlace {
  get(name: string): JsonPlace
  /** The items of a list; a single object counts as a list of one, as PowerShell writes it. */
  list(): JsonPlace[]
  text(): string | null
  wholeNumber(): number | null
}

/** Reads a JSON text of a program. What is not JSON reads as if nothing were there. */
export function readJson(text: string | null): JsonPlace {
  return placeOf(tryParseJson(text ?? ''))
}

function placeOf(value: unknown): JsonPlace {
  return {
    get: (name) => placeOf(isRecord(value) && Object.hasOwn(value, name) ? value[name] : null),
    list: () => (Array.isArray(value) ? value : isRecord(value) ? [value] : []).map(placeOf),
    text: () => (typeof value === 'string' ? value : null),
    wholeNumber: () =>
      typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null,
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

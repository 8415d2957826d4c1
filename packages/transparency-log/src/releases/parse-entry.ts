import { type LogEntry, logEntrySchema } from '@rbee/schema'

const decoder = new TextDecoder('utf-8', { fatal: true })

/** Null for what is no entry that this version knows: later ones may log more. */
export function parseEntry(bytes: Uint8Array): LogEntry | null {
  try {
    return logEntrySchema.safeParse(JSON.parse(decoder.decode(bytes))).data ?? null
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return null
    throw error
  }
}

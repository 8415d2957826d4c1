import type { RegistryClient } from '../../packages/api-client/src/index.ts'
import { RbeeError } from '../../packages/schema/src/index.ts'
import {
  type KnownLog,
  type LogSource,
  parseEntry,
  parseVerifierKey,
  readCheckpoint,
  replayLog,
} from '../../packages/transparency-log/src/index.ts'
import { Breach, mustEqual } from './breach.ts'

/** Checks the transparency log of one catalog, again and again. */
export interface LogCheck {
  /**
   * The log is whole, begins with what it was the last time, and publishes exactly these releases, each once. Fails with a
   * `Breach`.
   */
  check(client: RegistryClient, releases: ReadonlySet<string>): Promise<void>
}

export function logCheck(): LogCheck {
  let key: string | null = null
  let known: KnownLog | null = null
  return {
    async check(client, releases) {
      const source: LogSource = (path, maxBytes) => client.logFile(path, maxBytes)
      const shown = new TextDecoder().decode((await source('key', 1000)) ?? new Uint8Array())
      mustEqual(shown, key ?? shown, 'the key of the log')
      const published: string[] = []
      try {
        const head = await readCheckpoint(source, parseVerifierKey(shown))
        const leaves = await replayLog(source, head, {
          known,
          onEntry(_, bytes) {
            const entry = parseEntry(bytes)
            if (entry?.kind === 'publish') published.push(`${entry.worker} ${entry.version}`)
          },
        })
        known = { ...head, leaves }
      } catch (error) {
        if (error instanceof RbeeError) throw new Breach(`the log (${error.code}): ${error.message}`)
        throw error
      }
      key = shown
      mustEqual(published.toSorted(), [...releases].toSorted(), 'releases in the log and on the server')
    },
  }
}

import { readFileSync } from 'node:fs'

/** Version of the programs: that of their package. Bundled programs carry it in this module's place. */
export function readVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

/** What the runtime needs before the first module of a command is loaded: nothing, as a clone brings its own Node. */
export async function prepareRuntime(): Promise<void> {}

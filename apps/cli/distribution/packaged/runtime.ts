declare const RBEE_VERSION: string

/** The version the bundle was made of. */
export function readVersion(): string {
  return RBEE_VERSION
}

/** Adds what Node 20 lacks of the language, before anything uses it. */
export async function prepareRuntime(): Promise<void> {
  if (!('groupBy' in Map && 'Iterator' in globalThis && 'union' in Set.prototype))
    await import('./language.ts')
}

;({ readVersion, prepareRuntime }) satisfies typeof import('../../src/entry/runtime.ts')

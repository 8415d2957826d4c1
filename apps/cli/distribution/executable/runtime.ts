declare const RBEE_VERSION: string

/** The version the bundle was made of. */
export function readVersion(): string {
  return RBEE_VERSION
}

/** An executable brings along a runtime that lacks nothing. */
export async function prepareRuntime(): Promise<void> {}

;({ readVersion, prepareRuntime }) satisfies typeof import('../../src/entry/runtime.ts')

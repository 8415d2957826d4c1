import { Buffer } from 'node:buffer'
import { RbeeError } from '@rbee/schema'
import type { TrustStore } from '@rbee/trust/client'

/** What one run sees of a folder and makes of it, until it is kept. */
export interface TrustSession extends TrustStore {
  /**
   * Writes what was held, and everything from then on at once. Nobody else may write meanwhile.
   *
   * @returns false where another run changed what this one began with: it has to begin again, so that what it saw is compared
   * with what the other one kept.
   */
  keep(): Promise<boolean>
}

/**
 * A store in front of another one that holds back what is written: what an unknown registry says is not kept before somebody
 * agreed to trust it, who only asks what would happen leaves nothing, and two runs at once do not mix their files.
 *
 * @param tell is called the first time that something cannot be written after all, as on a read-only disk: everything is still
 * verified, and only what would be remembered for the next time is not.
 */
export function sessionStore(behind: TrustStore, tell: (problem: RbeeError) => void): TrustSession {
  const seen = new Map<string, Uint8Array | null>()
  const held = new Map<string, Uint8Array | null>()
  let isKept = false

  const put = (name: string, bytes: Uint8Array | null) =>
    bytes === null ? behind.remove(name) : behind.write(name, bytes)
  const set = async (name: string, bytes: Uint8Array | null) => {
    if (!isKept) held.set(name, bytes)
    else if (!(await toldOf(tell, () => put(name, bytes).then(() => true)))) {
      held.set(name, bytes)
      isKept = false
    }
  }
  return {
    async read(name) {
      const own = held.get(name)
      if (own !== undefined) return own
      const bytes = await behind.read(name)
      if (!seen.has(name)) seen.set(name, bytes)
      return bytes
    },
    write: set,
    remove: (name) => set(name, null),
    async keep() {
      if (held.size > 0) {
        for (const [name, bytes] of seen) if (!isSame(bytes, await behind.read(name))) return false
        for (const [name, bytes] of held) await put(name, bytes)
        held.clear()
      }
      isKept = true
      return true
    },
  }
}

/** What came of it; null where it could not be done, which is told. */
export async function toldOf<Result>(
  tell: (problem: RbeeError) => void,
  work: () => Promise<Result>,
): Promise<Result | null> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof RbeeError)) throw error
    tell(error)
    return null
  }
}

function isSame(a: Uint8Array | null, b: Uint8Array | null): boolean {
  return a === null || b === null ? a === b : Buffer.compare(a, b) === 0
}

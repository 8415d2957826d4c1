import { canonicalJson, type Fit, type HostProfile } from '@rbee/schema'
import { judgeFit } from '@rbee/search'
import type { SearchIndex } from '../ports/search-index.ts'
import { sha256OfText } from '../sha256.ts'

/** Machines whose judgements are kept. */
const PROFILES_KEPT = 32

/** What the resolver says of every kind of release for one machine. */
export interface Judgement {
  /** The kinds that run. */
  readonly running: ReadonlySet<number>
  fitOf(kind: number): Fit | null
}

/** Asks the resolver once for each kind of release and machine: kinds are few, whatever the number of workers. */
export function createFits(database: Pick<SearchIndex, 'listFits'>): {
  judge(profile: HostProfile): Promise<Judgement>
} {
  const questions = new Map<number, string>()
  const judged = new Map<string, Map<number, Fit>>()
  return {
    async judge(profile) {
      const newest = Math.max(0, ...[...questions.keys()].slice(-1))
      for (const { id, body } of await database.listFits(newest)) questions.set(id, body)
      const key = sha256OfText(canonicalJson(profile))
      const fits = judged.get(key) ?? new Map<number, Fit>()
      for (const [id, question] of questions) if (!fits.has(id)) fits.set(id, judgeFit(question, profile))
      judged.delete(key)
      judged.set(key, fits)
      for (const oldest of judged.keys()) {
        if (judged.size <= PROFILES_KEPT) break
        judged.delete(oldest)
      }
      const running = new Set([...fits].flatMap(([id, { runs }]) => (runs ? [id] : [])))
      return { running, fitOf: (kind) => fits.get(kind) ?? null }
    },
  }
}

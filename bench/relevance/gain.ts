/** Hits that count, as somebody sees them on one page. */
export const DEPTH = 10

/**
 * Normalised discounted cumulative gain of the first {@link DEPTH} hits: 1 where no other order were better, 0 where nothing
 * relevant was found. Gains are 2^grade − 1, discounted by log2(rank + 1) (Burges et al., Learning to Rank using Gradient
 * Descent, 2005). Where nothing is to be found it is 1 for no hits and 0 for any.
 *
 * @param found ids in the order of their hits.
 */
export function normalisedGain(found: readonly string[], grades: ReadonlyMap<string, number>): number {
  if (grades.size === 0) return found.length === 0 ? 1 : 0
  const best = [...grades.values()].toSorted((a, b) => b - a)
  return discounted(found.map((id) => grades.get(id) ?? 0)) / discounted(best)
}

function discounted(grades: readonly number[]): number {
  return grades
    .slice(0, DEPTH)
    .reduce((sum, grade, index) => sum + (2 ** grade - 1) / Math.log2(index + 2), 0)
}

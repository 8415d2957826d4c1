import type { Measurement } from '../measurement.ts'
import { type JudgedResult, judgeSearch, meanGain } from '../relevance/judge.ts'

/** Below this gain a query counts as a miss. */
const MISS = 0.8
const SHOWN = 5

/** How well the first ten hits answer queries that people judged; one half of them was never tuned on. */
export async function relevance(): Promise<Measurement> {
  const { tuned, held_out } = await judgeSearch()
  return {
    what: `Relevance of ${tuned.length + held_out.length} judged queries`,
    unit: 'nDCG@10',
    higherIsBetter: true,
    withoutPeers: true,
    results: [
      { name: 'tuned', median: meanGain(tuned) },
      { name: 'held out', median: meanGain(held_out) },
    ],
    remarks: [...misses('tuned', tuned), ...misses('held out', held_out)],
  }
}

function misses(half: string, results: readonly JudgedResult[]): string[] {
  const missed = results.filter(({ gain }) => gain < MISS).toSorted((a, b) => a.gain - b.gain)
  return [
    `misses (below ${MISS}), ${half}: ${missed.length} of ${results.length}`,
    ...missed.map(describeMiss),
  ]
}

function describeMiss({ query, found, gain }: JudgedResult): string {
  const graded = found.slice(0, SHOWN).map((id) => `${id} (${query.grades.get(id) ?? 0})`)
  const wanted = [...query.grades]
    .filter(([id, grade]) => grade === 3 && !found.includes(id))
    .map(([id]) => id)
  const missing = wanted.length > 0 ? `; missing: ${wanted.join(' ')}` : ''
  return `  ${gain.toFixed(2)} ${query.kind}: ${query.q} → ${graded.join(' ') || 'nothing'}${missing}`
}

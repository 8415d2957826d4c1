import type { TagList } from '@rbee/schema'
import type { Columns } from '@rbee/search'

const KIND = 'tag:'

/** All tags, by the number of workers that have them, then by name. */
export function tagsIn(columns: Columns): TagList {
  const counts = new Map<number, number>()
  for (const { labels } of columns.all(columns.moment)) {
    for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1)
  }
  const tags = [...counts].flatMap(([label, count]) => {
    const text = columns.labels.texts[label] ?? ''
    return text.startsWith(KIND) ? [{ name: text.slice(KIND.length), count }] : []
  })
  return { tags: tags.toSorted((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1)) }
}

import type { TagList } from '@rbee/schema'
import { labelCounts, type View } from '@rbee/search'

const KIND = 'tag:'

const known = new WeakMap<View, TagList>()

/** All tags, by the number of workers that have them, then by name; found once for each moment. */
export function tagsIn(view: View): TagList {
  const list = known.get(view) ?? { tags: countTags(view) }
  known.set(view, list)
  return list
}

function countTags(view: View): TagList['tags'] {
  const tags: TagList['tags'] = []
  for (const [label, count] of labelCounts(view, view.places).entries()) {
    const text = view.labels.texts[label] ?? ''
    if (count > 0 && text.startsWith(KIND)) tags.push({ name: text.slice(KIND.length), count })
  }
  return tags.sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1))
}

/** Stores answer slowly, but many requests at once. */
const AT_ONCE = 16

/** Calls `step` for every item, some at a time. */
export async function inGroups<Item>(
  items: Iterable<Item>,
  step: (item: Item) => Promise<unknown>,
): Promise<void> {
  const all = [...items]
  for (let start = 0; start < all.length; start += AT_ONCE) {
    await Promise.all(all.slice(start, start + AT_ONCE).map(step))
  }
}

/** Calls `step` for every item, `size` of them at a time. @returns the answers in the order of the items. */
export async function inGroups<Item, Answer>(
  items: readonly Item[],
  size: number,
  step: (item: Item) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = []
  for (let start = 0; start < items.length; start += size) {
    answers.push(...(await Promise.all(items.slice(start, start + size).map(step))))
  }
  return answers
}

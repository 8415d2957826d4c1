/**
 * Works on up to `limit` items at once and answers in their order. Items with the same key are worked on one after the
 * other. The first failure, in the order of the items, ends it.
 */
export async function* inOrder<Item, Answer>(
  items: readonly Item[],
  limit: number,
  keyOf: (item: Item) => string,
  work: (item: Item) => Promise<Answer>,
): AsyncGenerator<Answer> {
  const tasks = items.map((item) => ({ item, ...Promise.withResolvers<Answer>() }))
  // A failure that nobody comes to, because another ended the reading, must not end the process.
  for (const { promise } of tasks) promise.catch(() => {})
  const groups = Map.groupBy(tasks, ({ item }) => keyOf(item)).values()
  const lane = async () => {
    for (const group of groups) {
      for (const { item, resolve, reject } of group) await work(item).then(resolve, reject)
    }
  }
  void Promise.all(Array.from({ length: limit }, lane))
  for (const { promise } of tasks) yield await promise
}

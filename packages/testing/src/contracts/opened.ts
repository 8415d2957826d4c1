import { afterEach } from 'vitest'

/** A store to be tested, empty when it is opened, and what ends it. */
export interface Opened<Store> {
  readonly store: Store
  close(): Promise<void>
}

/** Opens a fresh store where a test asks for one, and closes every one of them after it. */
export function openedPerTest<Store>(open: () => Promise<Opened<Store>>): () => Promise<Store> {
  const opened: Opened<Store>[] = []
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((one) => one.close()))
  })
  return async () => {
    const one = await open()
    opened.push(one)
    return one.store
  }
}

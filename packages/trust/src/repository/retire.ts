import { z } from 'zod'
import { RETIRED_FOR_MS } from './lifetimes.ts'
import { type MetadataStore, RETIRED } from './store.ts'

const retiredSchema = z.array(z.strictObject({ name: z.string(), at: z.number() }))

/** Most files that are freed with one change, so that every change stays small. */
const FREED_AT_ONCE = 100
const MAX_ROUNDS = 20

/**
 * Notes files that the metadata names no more, and frees those that were noted long ago. A writer that dies before leaves
 * its few files behind; nothing refers to them.
 *
 * @param isNamed whether the metadata names a file again: contents come back, as those of a release that is yanked and
 * taken back.
 */
export async function retire(
  store: MetadataStore,
  names: readonly string[],
  now: number,
  isNamed: (name: string) => Promise<boolean>,
): Promise<void> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const stored = await store.get(RETIRED)
    const known =
      stored === null ? [] : retiredSchema.parse(JSON.parse(new TextDecoder().decode(stored.body)))
    const free = known.filter(({ at }) => at + RETIRED_FOR_MS < now).slice(0, FREED_AT_ONCE)
    if (names.length === 0 && free.length === 0) return
    const freed = new Set(free)
    const list = [...known.filter((one) => !freed.has(one)), ...names.map((name) => ({ name, at: now }))]
    const body = new TextEncoder().encode(JSON.stringify(list))
    if ((await store.put(RETIRED, body, { etag: stored?.etag ?? null })) === null) continue
    for (const { name } of free) {
      if (!(await isNamed(name))) await store.delete(name)
    }
    return
  }
}

import type { Guide } from './guide.ts'
import generated from './guides.generated.json' with { type: 'json' }

const GUIDES: ReadonlyMap<string, Guide> = new Map(Object.entries(generated))

/** @param address below `/docs/`, such as `hive` or `checks/eval`. */
export function findGuide(address: string): Guide | undefined {
  return GUIDES.get(address)
}

/** Addresses below `/docs/` of all texts that lie in a folder (`checks`), or in none (``). */
export function guidesIn(folder: '' | 'checks' | 'decisions'): readonly string[] {
  const prefix = folder === '' ? '' : `${folder}/`
  return [...GUIDES.keys()].filter(
    (address) => address.startsWith(prefix) && !address.slice(prefix.length).includes('/'),
  )
}

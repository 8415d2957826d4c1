import type { ListRoot } from '@rbee/schema'
import { EMPTY_ROOT, parseListRoot } from '../documents/list/root.ts'
import type { DocumentStore } from '../ports/document-store.ts'

/** The root of the list and its tag; the tag is null where no list was written yet. */
export interface CurrentRoot {
  readonly root: ListRoot
  readonly etag: string | null
}

/** Asks the store every time and parses only what changed: the same root is the same object. */
export function rootReader(documents: DocumentStore): () => Promise<CurrentRoot> {
  let latest: CurrentRoot = { root: EMPTY_ROOT, etag: null }
  return async () => {
    const stored = await documents.get({ kind: 'list-root' })
    const etag = stored?.etag ?? null
    if (latest.etag !== etag) latest = { root: stored ? parseListRoot(stored.body) : EMPTY_ROOT, etag }
    return latest
  }
}

/** Calls `build` once for each root; all who ask share its answer. One that failed, or is null, is not kept. */
export function oncePerRoot<Answer>(
  build: (root: ListRoot) => Promise<Answer | null>,
): (current: CurrentRoot) => Promise<Answer | null> {
  let latest: { readonly of: CurrentRoot; readonly answer: Promise<Answer | null> } | null = null
  return async (current) => {
    if (latest?.of !== current) latest = { of: current, answer: build(current.root) }
    const shared = latest
    let answer: Answer | null = null
    try {
      answer = await shared.answer
      return answer
    } finally {
      if (answer === null && latest === shared) latest = null
    }
  }
}

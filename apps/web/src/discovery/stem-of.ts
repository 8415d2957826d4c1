import { RbeeError } from '@rbee/schema'

/** What a file is of: `llm-worker` of `llm-worker.svg`. Fails with `not_found` for files of another kind. */
export function stemOf(file: string, ending: `.${string}`): string {
  if (file.endsWith(ending) && file.length > ending.length) return file.slice(0, -ending.length)
  throw new RbeeError('not_found', 'There is nothing at this address', {
    next: `the address ends in ${ending}`,
  })
}

import { createHash } from 'node:crypto'
import type { BranchLayout } from './recognise.ts'

/**
 * What a catalog's contents depend on, as one text: the commit, and with a branch per worker after a `+` the digest of
 * the commits of all branches, because those change without it.
 */
export async function stateOf(
  commit: string,
  layout: BranchLayout['kind'],
  listBranches: () => Promise<ReadonlyMap<string, string>>,
): Promise<string> {
  switch (layout) {
    case 'none':
    case 'named':
      return commit
    case 'all':
    case 'index': {
      const digest = createHash('sha256')
      const sorted = [...(await listBranches())].toSorted(([a], [b]) => (a < b ? -1 : 1))
      for (const [name, tip] of sorted) digest.update(`${name}\0${tip}\n`)
      return `${commit}+${digest.digest('hex').slice(0, 40)}`
    }
  }
}

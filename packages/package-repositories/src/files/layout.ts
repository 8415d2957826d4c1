import { join } from 'node:path'
import type { Architecture } from '@rbee/schema'

/** Name of the repository: of its database, and of its section in pacman.conf. */
export const REPOSITORY_NAME = 'rbee'

/**
 * Where everything of a folder of repositories lies. What clients ask for has the path that it has on a server; in `.rbee`
 * lies what the next build needs, which nobody has to serve.
 */
export function repositoryLayout(root: string) {
  const state = join(root, '.rbee')
  return {
    root,
    lock: join(state, 'lock'),
    scratch: join(state, 'scratch'),
    arch: (arch: Architecture) => join(root, 'arch', arch),
    records: (arch: Architecture) => join(state, 'packages', arch),
    tap: join(root, 'homebrew', 'tap.git'),
  }
}
export type RepositoryLayout = ReturnType<typeof repositoryLayout>

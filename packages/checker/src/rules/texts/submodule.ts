import type { Problem, Rule } from '../../rule.ts'
import type { CheckedWorker } from '../../worker/checked-worker.ts'

/** Its contents are another repository's, and change without a review here. */
export const submodule: Rule<CheckedWorker> = {
  id: 'submodule',
  severity: 'error',
  summary: 'the folder holds no other repository',
  check: (worker): readonly Problem[] =>
    [...worker.files.values()].flatMap(({ path, kind }) => {
      const isDefinition = path === '.gitmodules' || path.endsWith('/.gitmodules')
      if (kind !== 'submodule' && !isDefinition) return []
      return [
        {
          file: path,
          reason: `${path} ${isDefinition ? 'names other repositories' : 'is a repository of its own'}`,
          cure: 'put the files themselves into the folder, or name the repository in source=()',
        },
      ]
    }),
}

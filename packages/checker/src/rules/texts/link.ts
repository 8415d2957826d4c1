import type { Problem, Rule } from '../../rule.ts'
import type { CheckedWorker } from '../../worker/checked-worker.ts'

/** A link leads wherever the machine that follows it has something to give away. */
export const fileLink: Rule<CheckedWorker> = {
  id: 'file-link',
  severity: 'error',
  summary: 'files are plain files, not links or devices',
  check: (worker): readonly Problem[] =>
    [...worker.files.values()]
      .filter(({ kind }) => kind === 'link' || kind === 'unreadable')
      .map(({ path, kind }) =>
        kind === 'link'
          ? { file: path, reason: `${path} is not a plain file`, cure: 'put the file itself into the folder' }
          : { file: path, reason: `${path} may not be read`, cure: 'give it read permission' },
      ),
}

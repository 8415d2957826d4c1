import type { Problem, Rule } from '../../rule.ts'
import type { CheckedWorker } from '../../worker/checked-worker.ts'
import { FILE_MAX_BYTES, MAX_FILES } from '../../worker/limits.ts'
import { manifestFileOf } from '../../worker/manifest-file.ts'

/** A repository keeps every byte for ever. */
export const fileTooLarge: Rule<CheckedWorker> = {
  id: 'file-too-large',
  severity: 'error',
  summary: 'files are small enough to be reviewed, and not too many',
  check(worker): readonly Problem[] {
    const large = [...worker.files.values()]
      .filter(({ problem }) => problem === 'too-large')
      .map(({ path }) => ({
        file: path,
        reason: `${path} is larger than ${FILE_MAX_BYTES / 1024} KiB`,
        cure: 'publish large files as part of a release, or shorten it',
      }))
    if (worker.files.size <= MAX_FILES) return large
    const reason = `the folder holds ${worker.files.size} files, more than ${MAX_FILES}`
    return [
      ...large,
      {
        file: manifestFileOf(worker),
        reason,
        cure: 'keep what is generated or vendored out of the repository',
      },
    ]
  },
}

import type { Rule } from '../../rule.ts'
import type { CheckedWorker } from '../../worker/checked-worker.ts'
import { problemsWith } from '../../worker/read-problems.ts'

/** What the reader of catalogs refuses a PKGBUILD for, where no rule of its own says so more clearly. */
export const pkgbuildInvalid: Rule<CheckedWorker> = {
  id: 'pkgbuild-invalid',
  severity: 'error',
  summary: 'a catalog can read the PKGBUILDs',
  onlyWithoutOthers: true,
  check: (worker) =>
    problemsWith(
      worker,
      ['pkgbuild_invalid', 'pkgbuild_missing', 'file_not_utf8', 'file_too_large', 'file_is_link'],
      'correct it',
    ),
}

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
    // What it merely leaves out is told to authors by the catalog; other strong checksums than SHA-256 are one case.
    problemsWith(
      worker,
      ['pkgbuild_invalid', 'pkgbuild_missing', 'file_not_utf8', 'file_too_large', 'file_is_link'],
      'correct it',
    ).filter(({ severity }) => severity === 'error'),
}

import { compareVersions } from '@rbee/schema'
import type { Rule } from '../../rule.ts'
import type { Submission } from '../../submission.ts'
import { versionPlaceOf } from '../../worker/version-place.ts'

/** Machines that have the newer version would be led back to what it put right. */
export const submissionDowngrade: Rule<Submission> = {
  id: 'submission-downgrade',
  severity: 'error',
  summary: 'a version is never older than the one before',
  check: ({ before, now, removed }) =>
    now.flatMap((worker) => {
      const id = worker.contents.manifest?.id
      const last =
        before.find(({ folder }) => folder === worker.folder) ??
        removed.find(({ manifest }) => id !== undefined && manifest?.id === id)
      const earlier = last?.contents.version ?? null
      const { version } = worker.contents
      if (earlier === null || version === null || compareVersions(version, earlier) >= 0) return []
      return [
        {
          ...versionPlaceOf(worker),
          reason: `the version ${version} is older than ${earlier}, which people have already`,
          cure: 'take changes back under a newer version',
        },
      ]
    }),
}

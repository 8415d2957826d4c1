import { MANIFEST_FILE, METADATA_FILE } from '@rbee/sources'
import type { Rule } from '../../rule.ts'
import type { CheckedWorker } from '../../worker/checked-worker.ts'

/** Without a manifest nobody knows what the folder is. */
export const manifestMissing: Rule<CheckedWorker> = {
  id: 'manifest-missing',
  severity: 'error',
  summary: 'a worker is described by a worker.toml or a metadata.json',
  check: ({ files }) =>
    files.has(MANIFEST_FILE) || files.has(METADATA_FILE)
      ? []
      : [
          {
            file: MANIFEST_FILE,
            reason: `the folder has neither ${MANIFEST_FILE} nor ${METADATA_FILE}`,
            cure: `create ${MANIFEST_FILE}, or name the folder that holds it`,
          },
        ],
}

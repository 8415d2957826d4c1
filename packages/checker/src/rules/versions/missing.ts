import { readerRule } from '../../worker/read-problems.ts'

export const versionMissing = readerRule(
  {
    id: 'version-missing',
    severity: 'error',
    summary: 'the folder states the version of the worker',
    cure: 'state a version',
  },
  ['version_missing'],
)

import { readerRule } from '../../worker/read-problems.ts'

export const versionMismatch = readerRule(
  {
    id: 'version-mismatch',
    severity: 'error',
    summary: 'all files of a folder state the same version',
    cure: 'state the same version everywhere',
  },
  ['version_mismatch'],
)

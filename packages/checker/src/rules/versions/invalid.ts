import { readerRule } from '../../worker/read-problems.ts'

export const versionInvalid = readerRule(
  {
    id: 'version-invalid',
    severity: 'error',
    summary: 'versions are semantic versions',
    cure: 'write MAJOR.MINOR.PATCH',
  },
  ['invalid_version'],
)

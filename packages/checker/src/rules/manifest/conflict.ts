import { readerRule } from '../../worker/read-problems.ts'

export const manifestConflict = readerRule(
  {
    id: 'manifest-conflict',
    severity: 'error',
    summary: 'files that state the same thing agree',
    cure: 'write the same into both',
  },
  ['manifest_conflict'],
)

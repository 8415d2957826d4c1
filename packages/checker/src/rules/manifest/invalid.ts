import { readerRule } from '../../worker/read-problems.ts'

export const manifestInvalid = readerRule(
  {
    id: 'manifest-invalid',
    severity: 'error',
    summary: 'every field of the manifest holds what the field allows',
    cure: 'state what the field allows',
  },
  ['manifest_invalid'],
)

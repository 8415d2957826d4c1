import { readerRule } from '../../worker/read-problems.ts'

export const manifestUnknownField = readerRule(
  {
    id: 'manifest-unknown-field',
    severity: 'warning',
    summary: 'every field of the manifest means something',
    cure: 'remove it, or correct its name',
  },
  ['manifest_unknown_field'],
)

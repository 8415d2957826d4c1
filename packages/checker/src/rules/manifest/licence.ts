import { readerRule } from '../../worker/read-problems.ts'

export const licenseInvalid = readerRule(
  {
    id: 'license-invalid',
    severity: 'error',
    summary: 'the licence is an SPDX expression',
    cure: 'write an SPDX expression such as MIT or Apache-2.0',
  },
  ['license_invalid'],
)

import { readerRule } from '../../worker/read-problems.ts'

export const manifestSyntax = readerRule(
  {
    id: 'manifest-syntax',
    severity: 'error',
    summary: 'worker.toml is TOML and metadata.json is JSON',
    cure: 'correct the syntax at this line',
  },
  ['manifest_syntax'],
)

import { readerRule } from '../../worker/read-problems.ts'

export const manifestMissing = readerRule(
  {
    id: 'manifest-missing',
    severity: 'error',
    summary: 'a worker is described by a worker.toml or a metadata.json',
    cure: 'add a worker.toml',
  },
  ['manifest_missing'],
)

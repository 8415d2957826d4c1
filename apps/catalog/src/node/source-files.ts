import { join } from 'node:path'
import type { SourceRepositories, SourceRepositoryJob } from '../source-repositories.ts'
import { openFile } from './repository-files.ts'

/** What clients ask for before anything else. */
const FIRST_ASKED = 'info/refs'

/** Opens files of the repositories that a job makes. */
export function sourceFiles(job: SourceRepositoryJob): SourceRepositories {
  return {
    async open(release, path) {
      if (path === FIRST_ASKED && !(await job.update(release))) return null
      return openFile(join(job.folderOf(release), path))
    },
  }
}

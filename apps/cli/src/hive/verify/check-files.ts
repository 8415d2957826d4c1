import { formatBytes } from '../../program/terminal.ts'
import { compareFiles } from '../build-files.ts'
import type { HiveHome } from '../home.ts'
import type { InstalledBuild, InstalledWorker } from '../installed.ts'
import { type Finding, failed, notAvailable, passed } from './finding.ts'

/** Whether the files of a build are those that were installed: every byte of them is read. */
export async function checkFiles(
  home: HiveHome,
  id: InstalledWorker['id'],
  build: InstalledBuild,
): Promise<Finding> {
  const outcome = await compareFiles(home, id, build)
  switch (outcome.kind) {
    case 'same': {
      const { files, bytes } = outcome
      const what = files === 1 ? 'its file is what was' : `all ${files} files are what was`
      const how = build.built_from === undefined ? 'installed' : 'built here'
      const message = `${what} ${how} (${formatBytes(bytes)} read): ${build.digest}`
      return passed('files', message, { digest: build.digest, files, bytes })
    }
    case 'changed':
      return failed('files', 'digest_mismatch', outcome.message, { digest: build.digest, file: outcome.file })
    case 'unknown':
      return notAvailable('files', outcome.message, { digest: build.digest })
  }
}

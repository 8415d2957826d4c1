import { findOnPath } from '../find-on-path.ts'
import { type DoctorFinding, fine, warning } from './finding.ts'

/** Whether a shell finds this program by its name. Run as a package script it needs not be found. */
export async function checkPath(env: Readonly<Record<string, string | undefined>>): Promise<DoctorFinding> {
  if (env.npm_lifecycle_event === 'rbee-hive') return fine('path', 'run as a script of its project')
  if (await findOnPath('rbee-hive', env.PATH)) return fine('path', 'rbee-hive is found on the PATH')
  return warning(
    'path',
    'rbee-hive is not on the PATH, so that it has to be called by its full path',
    'add the folder it was installed in to PATH, in your shell’s start file',
  )
}

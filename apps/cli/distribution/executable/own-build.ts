import { copyFile, mkdir } from 'node:fs/promises'
import path from 'node:path'
import { listPackEntries } from '@rbee/packaging'
import type { OwnBuild } from '../../src/programs/own-build.ts'
import { hostPlatform } from '../../src/publish/host-platform.ts'

const platform = hostPlatform(process)
if (platform === null)
  throw new Error(`this executable was not built for ${process.platform} ${process.arch}`)

/** An executable hands itself on, to machines like its own. */
export const OWN_BUILD: OwnBuild = {
  platform,
  isFinal: true,
  async list(scratch) {
    const name = platform.startsWith('windows-') ? 'rbee-hive.exe' : 'rbee-hive'
    await mkdir(path.join(scratch, 'bin'))
    await copyFile(process.execPath, path.join(scratch, 'bin', name))
    return listPackEntries(scratch)
  },
}

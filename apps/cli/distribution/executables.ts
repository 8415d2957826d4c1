import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type Platform, platformParts } from '@rbee/schema'
import { bundlePrograms } from './bundle.ts'
import { CLONE } from './clone.ts'
import { compileExecutable, RUNTIME_NOTICE } from './executable/bun.ts'
import { thirdPartyNotices } from './notices.ts'
import { productVersion } from './product-version.ts'

/** A standalone build of the programs. */
export interface ExecutableBuild {
  readonly platform: Platform
  /** Folder with what an archive of it holds: the executable, and the licences of what is inside. */
  readonly folder: string
  /** The executable, `bin/rbee-hive` or `bin/rbee-hive.exe` in the folder. It is all four programs. */
  readonly executable: string
}

/**
 * Builds the programs for each platform as one executable that brings its own runtime along, into folders of their own
 * below `output`.
 */
export async function buildExecutables(
  output: string,
  platforms: readonly Platform[],
): Promise<readonly ExecutableBuild[]> {
  const version = await productVersion()
  const bundle = await mkdtemp(path.join(tmpdir(), 'rbee-bundle-'))
  try {
    const { packages } = await bundlePrograms(bundle, { edition: 'executable', version })
    const notices = await thirdPartyNotices(packages, [RUNTIME_NOTICE])
    const builds: ExecutableBuild[] = []
    for (const platform of platforms) {
      const build = buildFor(output, platform)
      await rm(build.folder, { recursive: true, force: true })
      await mkdir(path.dirname(build.executable), { recursive: true })
      await compileExecutable(path.join(bundle, 'rbee.mjs'), platform, build.executable)
      await writeFile(path.join(build.folder, 'THIRD-PARTY-NOTICES.txt'), notices)
      await cp(path.join(CLONE, 'LICENSE'), path.join(build.folder, 'LICENSE'))
      builds.push(build)
    }
    return builds
  } finally {
    await rm(bundle, { recursive: true, force: true })
  }
}

function buildFor(output: string, platform: Platform): ExecutableBuild {
  const folder = path.join(output, platform)
  const name = platformParts(platform).os === 'windows' ? 'rbee-hive.exe' : 'rbee-hive'
  return { platform, folder, executable: path.join(folder, 'bin', name) }
}

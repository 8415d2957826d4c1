import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { archiveBuild } from '../apps/cli/distribution/archive-build.ts'
import { OUTPUT, sumArchives } from '../apps/cli/distribution/output-folders.ts'
import { layOutPackage, packWithNpm } from '../apps/cli/distribution/package-layout.ts'

/**
 * Builds the npm package with all programs, and the archive of the same files that a server offers to machines without
 * npm. Prints the paths of both.
 */
const folder = path.join(OUTPUT.npm, 'package')
await rm(OUTPUT.npm, { recursive: true, force: true })
await mkdir(folder, { recursive: true })
await layOutPackage(folder)
console.log(packWithNpm(folder, OUTPUT.npm))
console.log(await archiveBuild(folder, 'any', OUTPUT.programs))
await sumArchives()

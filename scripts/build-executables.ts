import { parseArgs } from 'node:util'
import { archiveBuild } from '../apps/cli/distribution/archive-build.ts'
import { writeChecksums } from '../apps/cli/distribution/checksums.ts'
import { EXECUTABLE_PLATFORMS } from '../apps/cli/distribution/executable/bun.ts'
import { buildExecutables } from '../apps/cli/distribution/executables.ts'
import { OUTPUT, sumArchives } from '../apps/cli/distribution/output-folders.ts'

const HELP = `Usage: npx -y pnpm@12 run build:executables [--platform <platform>]...

Builds the programs as one executable per platform, which needs nothing else, and the archives of them that
rbee-catalog programs publish takes. By default for all of ${EXECUTABLE_PLATFORMS.join(', ')}.`

const { values } = parseArgs({
  args: process.argv.slice(2).filter((argument) => argument !== '--'),
  options: { platform: { type: 'string', multiple: true, default: [] }, help: { type: 'boolean' } },
})
const wanted = EXECUTABLE_PLATFORMS.filter(
  (platform) => values.platform.length === 0 || values.platform.includes(platform),
)
if (values.help || values.platform.some((name) => !wanted.some((platform) => platform === name))) {
  console.log(HELP)
  process.exit(values.help ? 0 : 2)
}

const builds = await buildExecutables(OUTPUT.executables, wanted)
for (const { folder, platform } of builds) {
  console.log(await archiveBuild(folder, platform, OUTPUT.programs))
}
await writeChecksums(
  OUTPUT.executables,
  builds.map(({ executable }) => executable),
)
await sumArchives()

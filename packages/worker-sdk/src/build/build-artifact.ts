import { chmod, copyFile, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { ArtifactPlan } from './artifact-plan.ts'
import { BuildError } from './build-error.ts'
import type { BuildTarget } from './build-target.ts'
import { bundle } from './bundle.ts'
import { launcherScript } from './launcher.ts'
import { licenceTexts } from './licences.ts'
import { copyNodeRuntime } from './node-runtime.ts'
import { copyPackage, readPackageJson } from './packages.ts'
import { copySystemLibrary } from './system-libraries.ts'

/** What a build left behind. */
export interface BuiltArtifact {
  readonly output: string
  readonly files: number
  /** In bytes. */
  readonly size: number
}

/** Builds a self-contained artifact: program, Node itself, native modules, models and licences. Same input, same bytes. */
export async function buildArtifact(plan: ArtifactPlan, target: BuildTarget): Promise<BuiltArtifact> {
  assertRunnable(target)
  await assertVersion(plan.folder, target)
  const { output } = target
  const inFolder = (file: string) => path.resolve(plan.folder, file)
  await rm(output, { recursive: true, force: true })
  for (const folder of ['bin', 'lib']) await mkdir(path.join(output, folder), { recursive: true })

  const bundled = await bundle(plan, target)
  const copied = await Promise.all(
    plan.packages.map((files) => copyPackage(files, plan.folder, path.join(output, 'lib/node_modules'))),
  )
  const nodeLicence = await copyNodeRuntime(path.join(output, 'lib/node'))
  if (plan.systemLibraries?.length) await mkdir(path.join(output, 'lib/native'))
  for (const soname of plan.systemLibraries ?? []) {
    await copySystemLibrary(soname, path.join(output, 'lib/native', soname))
  }
  for (const { to, from } of plan.files ?? []) await place(path.join(output, to), from, inFolder)

  await writeProgram(path.join(output, 'bin', plan.program), plan)
  const licences = await licenceTexts(plan, [...bundled, ...copied], nodeLicence)
  await writeFile(path.join(output, 'THIRD_PARTY_LICENSES.txt'), licences)
  return await measure(output)
}

/** The artifact carries the very Node that runs this build, so it can be made for this machine's kind only. */
function assertRunnable(target: BuildTarget): void {
  const os = { linux: 'linux', darwin: 'macos', win32: 'windows' }[process.platform as string]
  const arch = { x64: 'x86_64', arm64: 'aarch64' }[process.arch as string]
  if (target.platform === `${os}-${arch}`) return
  throw new BuildError(
    `This machine builds ${os}-${arch}, not ${target.platform}.`,
    `Build on a machine of the kind ${target.platform}.`,
  )
}

/** The program states the version of its package.json: a release under another one would contradict it. */
async function assertVersion(folder: string, target: BuildTarget): Promise<void> {
  const { version } = await readPackageJson(folder)
  if (version === target.version) return
  throw new BuildError(`package.json says version ${version}, the build is asked for ${target.version}.`)
}

async function place(
  target: string,
  from: string | Uint8Array,
  inFolder: (file: string) => string,
): Promise<void> {
  await mkdir(path.dirname(target), { recursive: true })
  if (typeof from === 'string') await copyFile(inFolder(from), target)
  else await writeFile(target, from)
}

async function writeProgram(file: string, plan: ArtifactPlan): Promise<void> {
  const main = `${path.parse(plan.entries[0]).name}.mjs`
  await writeFile(file, launcherScript(main, (plan.systemLibraries ?? []).length > 0))
  await chmod(file, 0o755)
}

async function measure(output: string): Promise<BuiltArtifact> {
  let files = 0
  let size = 0
  for (const entry of await readdir(output, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    files += 1
    size += (await stat(path.join(entry.parentPath, entry.name))).size
  }
  return { output, files, size }
}

import { copyFile, glob, mkdir, readFile, realpath } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { z } from 'zod'
import { BuildError } from './build-error.ts'

/** Files of an installed package that are copied as they are, because they hold native code or data. */
export interface PackageFiles {
  readonly name: string
  /** The package through which this one is found: package managers hide what others depend on. */
  readonly via?: string
  /** Globs relative to the package's folder. */
  readonly include: readonly string[]
}

const packageJsonSchema = z.looseObject({
  name: z.string(),
  version: z.string(),
  license: z.string().optional(),
})
export type PackageJson = z.infer<typeof packageJsonSchema>

export async function readPackageJson(folder: string): Promise<PackageJson> {
  return packageJsonSchema.parse(JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')))
}

/** Real folder of the package that a file in `from` gets when it imports `name`. */
export async function packageFolder(name: string, from: string): Promise<string> {
  // The lookup of Node, done by hand: packages may forbid to resolve their package.json.
  for (const folder of createRequire(path.join(from, 'package.json')).resolve.paths(name) ?? []) {
    const found = await realpath(path.join(folder, name)).catch(ifMissing)
    if (found !== null) return found
  }
  throw new BuildError(
    `The package ${name} is not installed.`,
    'Install the dependencies of the worker and build again.',
  )
}

function ifMissing(failure: NodeJS.ErrnoException): null {
  if (failure.code === 'ENOENT' || failure.code === 'ENOTDIR') return null
  throw failure
}

/** Copies the chosen files of a package below `nodeModules` and gives the package's folder. */
export async function copyPackage(files: PackageFiles, from: string, nodeModules: string): Promise<string> {
  const base = files.via === undefined ? from : await packageFolder(files.via, from)
  const source = await packageFolder(files.name, base)
  for (const pattern of ['package.json', ...files.include]) {
    const found = await Array.fromAsync(glob(pattern, { cwd: source }))
    if (found.length === 0) {
      throw new BuildError(`The package ${files.name} has nothing that matches ${pattern}.`)
    }
    for (const file of found) {
      const target = path.join(nodeModules, files.name, file)
      await mkdir(path.dirname(target), { recursive: true })
      await copyFile(path.join(source, file), target)
    }
  }
  return source
}

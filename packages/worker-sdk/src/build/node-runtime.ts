import { chmod, copyFile, readFile } from 'node:fs/promises'
import path from 'node:path'
import { BuildError } from './build-error.ts'

const NODE_MAJOR = 24

/** Copies the Node that runs this build and gives its licence text. */
export async function copyNodeRuntime(target: string): Promise<string> {
  const major = Number(process.versions.node.split('.')[0])
  if (major !== NODE_MAJOR) {
    throw new BuildError(`Artifacts carry Node ${NODE_MAJOR}; this build runs on ${process.version}.`)
  }
  await copyFile(process.execPath, target)
  await chmod(target, 0o755)
  return await nodeLicence()
}

async function nodeLicence(): Promise<string> {
  const home = path.dirname(path.dirname(process.execPath))
  // Beside `bin/` in Node's own archives; in the platform's package inside the npm package `node`.
  const platformPackage = `node_modules/node-${process.platform}-${process.arch}`
  for (const place of ['LICENSE', `${platformPackage}/LICENSE`]) {
    const text = await readFile(path.join(home, place), 'utf8').catch((failure: NodeJS.ErrnoException) => {
      if (failure.code === 'ENOENT') return null
      throw failure
    })
    if (text !== null) return text
  }
  throw new BuildError(
    'The licence text of Node is not beside its program.',
    'Run the build with the Node that the npm package "node" installs, or one from an archive of nodejs.org.',
  )
}

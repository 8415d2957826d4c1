import { existsSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import type { Finding } from '@rbee/schema'
import { containFailure, type FolderContents, readFolder } from './catalog/entry.ts'
import { FolderFindings } from './findings.ts'
import { MANIFEST_FILE } from './manifest/read.ts'
import { openFolderTree } from './tree/folder-tree.ts'

/** Files in one folder; a folder of sources holds far fewer. */
const MAX_FILES = 20_000

export interface WorkerFolder {
  /** Null where nothing of the folder can be read. */
  readonly contents: FolderContents | null
  /** `path` is '.'; with an error among them no catalog would serve the folder. */
  readonly findings: readonly Finding[]
}

/**
 * Reads a worker's folder as it lies on this disk: what its author has in front of them, committed or not.
 * A version inherited from a workspace is looked for in the folders around it.
 */
export async function readWorkerFolder(folder: string): Promise<WorkerFolder> {
  const path = resolve(folder)
  const root = outermostProject(path)
  const scope = relative(root, path).split(sep).join('/')
  const findings = new FolderFindings('.')
  const contents = await containFailure(findings, async () => {
    const tree = await openFolderTree(root, {
      scope,
      maxDepth: 1,
      maxEntries: MAX_FILES,
      skipFolders: new Set(),
    })
    if (!tree.entries.has(scope === '' ? MANIFEST_FILE : `${scope}/${MANIFEST_FILE}`)) {
      findings.error({
        code: 'manifest_missing',
        message: `${path} has no ${MANIFEST_FILE}`,
        next: `create ${MANIFEST_FILE}, or name the folder that holds it`,
        file: MANIFEST_FILE,
      })
      return null
    }
    return readFolder(tree, scope, findings)
  })
  return { contents, findings: findings.list() }
}

/** The repository around a folder; outside one the outermost Cargo project, where a workspace may stand. */
function outermostProject(folder: string): string {
  let outermost = folder
  for (let current = folder; ; current = dirname(current)) {
    if (existsSync(join(current, '.git'))) return current
    if (existsSync(join(current, 'Cargo.toml'))) outermost = current
    if (dirname(current) === current) return outermost
  }
}

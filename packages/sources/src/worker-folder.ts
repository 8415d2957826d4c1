import { existsSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { type Finding, RbeeError } from '@rbee/schema'
import { type FolderContents, readFolder } from './catalog/entry.ts'
import { FolderFindings } from './findings.ts'
import { METADATA_FILE } from './manifest/metadata.ts'
import { MANIFEST_FILE } from './manifest/read.ts'
import { joinPath } from './tree/catalog-tree.ts'
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
  const findings = new FolderFindings('.')
  try {
    const contents = await readFrom(resolve(folder), findings)
    return { contents, findings: findings.list() }
  } catch (error) {
    if (!(error instanceof RbeeError)) throw error
    findings.error({ code: error.code, message: error.message, next: error.next ?? undefined })
    return { contents: null, findings: findings.list() }
  }
}

async function readFrom(path: string, findings: FolderFindings): Promise<FolderContents | null> {
  const root = outermostProject(path)
  const scope = relative(root, path).split(sep).join('/')
  const tree = await openFolderTree(root, {
    scope,
    maxDepth: 1,
    maxEntries: MAX_FILES,
    skipFolders: new Set(),
  })
  const manifests = [MANIFEST_FILE, METADATA_FILE]
  if (manifests.some((file) => tree.entries.has(joinPath(scope, file))))
    return readFolder(tree, scope, findings)
  findings.error({
    code: 'manifest_missing',
    message: `${path} has neither ${MANIFEST_FILE} nor ${METADATA_FILE}`,
    next: `create ${MANIFEST_FILE}, or name the folder that holds it`,
    file: MANIFEST_FILE,
  })
  return null
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

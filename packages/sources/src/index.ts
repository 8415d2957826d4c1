export { branchTrees } from './branches/branch-trees.ts'
export { type CatalogCommit, catalogCommit } from './catalog/commit.ts'
export { type CompileOptions, compileCatalog } from './catalog/compile.ts'
export { discoverWorkers, relativePath, SKIPPED_FOLDERS } from './catalog/discover.ts'
export type { FolderContents } from './catalog/entry.ts'
export { type FolderStatements, readFolder, sourceOf } from './catalog/entry.ts'
export { expectedName } from './catalog/expected-name.ts'
export { checkLocation } from './catalog/location.ts'
export { FolderFindings, quoteValue } from './findings.ts'
export { countChanges } from './git/changes.ts'
export { removedFiles } from './git/removed-files.ts'
export { isUnborn, openRepository, type Repository } from './git/repository.ts'
export {
  type SourceRepositoryOptions,
  type SourceWish,
  writeSourceRepository,
} from './git/source-repository.ts'
export { changesSince, mergeBaseOf } from './git/work-files.ts'
export { METADATA_FILE } from './manifest/metadata.ts'
export { MANIFEST_FILE } from './manifest/read.ts'
export type { RemoteAccess } from './remote/transport.ts'
export {
  type CatalogTree,
  decodeUtf8,
  isUsablePath,
  joinPath,
  parentFolder,
  type TreeEntryKind,
} from './tree/catalog-tree.ts'
export { openFolderTree } from './tree/folder-tree.ts'
export { openGitTree } from './tree/git-tree.ts'
export { openWorkTree } from './tree/work-tree.ts'
export { readWorkerFolder, type WorkerFolder } from './worker-folder.ts'

export { type CompileOptions, compileCatalog } from './catalog/compile.ts'
export type { FolderContents } from './catalog/entry.ts'
export { MANIFEST_FILE } from './manifest/read.ts'
export { readWorkerFolder, type WorkerFolder } from './worker-folder.ts'

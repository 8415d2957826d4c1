export { writeCatalogStatus } from './catalog-status.ts'
export { type ComposedWorker, composeWorker } from './compose-worker.ts'
export { composeRelease } from './release-document.ts'
export { writeWorkerDocuments, writeWorkerDocumentsOf } from './write-workers.ts'

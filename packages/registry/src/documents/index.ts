export { writeCatalogStatus } from './catalog-status.ts'
export { composeRelease } from './release-document.ts'
export { writeWorkerDocuments, writeWorkerDocumentsOf } from './write-workers.ts'

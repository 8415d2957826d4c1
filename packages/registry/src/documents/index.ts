export { writeCatalogStatus } from './catalog-status.ts'
export { composeRelease } from './release-document.ts'
export { writeMarkedWorkers } from './write-marked.ts'
export { writeWorkerDocuments } from './write-workers.ts'

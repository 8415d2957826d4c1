export * from './archive-store.ts'
export * from './database/index.ts'
export * from './document-store.ts'

export * from './archive-store.ts'
export * from './document-store.ts'

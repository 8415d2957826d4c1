export * from './cached-documents.ts'

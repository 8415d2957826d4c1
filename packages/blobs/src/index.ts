export * from './cached-documents.ts'
export * from './turns.ts'

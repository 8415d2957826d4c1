export * from './inspection.ts'

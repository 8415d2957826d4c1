export type { DatabaseOptions } from './connection.ts'

export type { CheckBytes } from './answers.ts'
export { type ClientOptions, createClient, type RegistryClient } from './client.ts'

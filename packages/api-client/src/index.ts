export { type ClientOptions, createClient, type RegistryClient } from './client.ts'

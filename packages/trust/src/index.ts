export * from './ceremony/chain.ts'
export * from './ceremony/make-root.ts'
export * from './client/index.ts'
export {
  keyIdOf,
  newSecretKey,
  type PublicKey,
  type RandomBytes,
  type Signer,
  signerOf,
} from './metadata/keys.ts'
export { METADATA_FILE, sha256Of, TIMESTAMP, workerTarget } from './metadata/names.ts'
export * from './repository/repository.ts'
export { type MetadataStore, RETIRED, type StoredFile } from './repository/store.ts'

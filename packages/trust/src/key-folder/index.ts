export * from './ceremonies.ts'
export {
  type KeyFolder,
  keyFolder,
  readCeremony,
  readOnlineKey,
  readRootKeys,
} from './key-folder.ts'

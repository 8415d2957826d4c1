export * from './ceremonies.ts'
export { writeNew } from './files.ts'
export {
  type KeyFolder,
  keyFolder,
  readCeremony,
  readOnlineKey,
  readRootKeys,
} from './key-folder.ts'

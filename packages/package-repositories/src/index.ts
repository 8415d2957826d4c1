export type { BuildEvent, Omission } from './build-event.ts'
export { explainDisk } from './files/disk-errors.ts'
export { repositoryLayout } from './files/layout.ts'
export type { RegistrySource } from './offers/registry-source.ts'
export {
  openRepositories,
  type Repositories,
  type RepositoriesReport,
  type RepositoriesSettings,
} from './repositories.ts'

import type { RegistryPorts } from '../registry.ts'

/** What searching needs of the registry's ports. */
export type SearchPorts = Pick<RegistryPorts, 'database' | 'clock'>

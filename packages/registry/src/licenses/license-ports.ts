import type { RegistryPorts } from '../registry.ts'

/** What licences and their seats need. Commands that work in a data folder have no documents at hand. */
export type LicensePorts = Pick<
  RegistryPorts,
  'database' | 'clock' | 'randomBytes' | 'licenses' | 'leaseTimes'
> &
  Partial<Pick<RegistryPorts, 'documents'>>

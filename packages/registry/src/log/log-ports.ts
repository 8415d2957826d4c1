import type { RegistryPorts } from '../registry.ts'

/** What writing the log needs of the registry's ports. */
export type LogPorts = Pick<
  RegistryPorts,
  'database' | 'documents' | 'inTurn' | 'operationsPerCall' | 'logSigner'
>

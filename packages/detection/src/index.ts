export { detectHost } from './detect-host.ts'
export type { CommandAnswer, Probe } from './probe.ts'

import type { HostProfile } from '@rbee/schema'

/** What a processor is. `cores` are physical ones: hyper-threads do not count. */
export type Cpu = HostProfile['cpu']

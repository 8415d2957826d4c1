import type { WorkerId } from '@rbee/schema'

/** What a service manager is to start. */
export interface BootEntry {
  /** Of the instance; part of the service's name. */
  readonly name: WorkerId
  /** Program and arguments, each as it is meant; the program by its absolute path. */
  readonly command: readonly string[]
  /** Where the worker looks for programs of the system: a service manager's own PATH is shorter. */
  readonly path: string
}

/** Stands in the first lines of what is written here, and tells it from files of others. */
export const OWN_MARK = 'Written by rbee-hive boot enable'

/** A worker that is stopped may finish its requests; half of the supervisor's own time to end is added. */
export const STOP_SECONDS = 60
/** Between a start that failed and the next one. */
export const RESTART_SECONDS = 10

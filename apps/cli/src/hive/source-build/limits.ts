import { availableParallelism } from 'node:os'

/** What one build may take of the machine. */
export interface BuildLimits {
  /** Of the whole build, fetching included. */
  readonly seconds: number
  /** Of all its processes together, in bytes. */
  readonly memory: number
  /** Of all it writes, in bytes. */
  readonly disk: number
  /** Processes and threads at one time. */
  readonly processes: number
}

export const DEFAULT_BUILD_SECONDS = 7_200
export const DEFAULT_BUILD_DISK = '20 GiB'
/** As many as a compiler on a large machine may start. */
export const MAX_PROCESSES = 1_024

/** A build that takes more makes the machine swap. */
export function defaultMemory(total: number): number {
  return Math.floor((total / 4) * 3)
}

/**
 * Lowers the limits of the kernel, which hold whatever the watching does in time, and starts what follows as arguments.
 * The build is also the first that the kernel ends when memory runs out.
 */
const LIMITED_START = [
  // Where a limit is lower already it stays.
  'lower() { ulimit "-$1" "$2" 2>/dev/null || [ "$(ulimit "-H$1")" != unlimited ]; }',
  'lower c 0 && lower u "$1" && lower d "$2" && lower f "$3" && lower t "$4" || exit 125',
  'shift 4',
  // What this program inherited from whoever started it is no business of the build.
  'for open in /dev/fd/*; do open=${open##*/}; if [ "$open" -gt 2 ] 2>/dev/null; then eval "exec $open>&-"; fi; done',
  '[ ! -w /proc/self/oom_score_adj ] || echo 1000 >/proc/self/oom_score_adj',
  'umask 022',
  // Whoever watches has to come to its turn, and the user's own programs, too.
  'exec nice -n 10 "$@"',
].join('\n')

/** How many more processes than allowed the kernel lets through, so that the watching tells which limit was reached. */
const SPARE_PROCESSES = 128

/**
 * The command that runs `command` under the limits.
 *
 * @param others processes and threads of the same user outside of the build, which the kernel may count in
 */
export function limitedCommand(
  bash: string,
  command: readonly string[],
  limits: BuildLimits,
  others: number,
): readonly string[] {
  const processes = limits.processes + SPARE_PROCESSES + others
  const kibibytes = (bytes: number) => String(Math.ceil(bytes / 1024))
  // For files bash counts in KiB, too (bash(1), ulimit). The time of a process is that of all its threads.
  const arguments_ = [
    String(processes),
    kibibytes(limits.memory),
    kibibytes(limits.disk),
    String(Math.ceil(limits.seconds * availableParallelism())),
  ]
  return [bash, '-c', LIMITED_START, 'limits', ...arguments_, ...command]
}

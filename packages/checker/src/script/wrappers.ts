import { UNKNOWN } from './markers.ts'

/** A command that is run, and what stands around it. */
export interface PeeledCommand {
  /** The program and its arguments. */
  readonly argv: readonly string[]
  /** Programs that run it, such as `env`, `sudo` or `xargs`; from the outside in. */
  readonly wrappers: readonly string[]
  /** Variables that are set for it alone, as `NAME=value`. */
  readonly assigned: readonly string[]
}

/** How a program that runs another one is called: options with a value of their own, and words before the program. */
interface Wrapper {
  readonly valued: string
  readonly words: number
}

const plain: Wrapper = { valued: '', words: 0 }
const WRAPPERS: ReadonlyMap<string, Wrapper> = new Map([
  ['command', plain],
  ['builtin', plain],
  ['exec', { valued: 'a', words: 0 }],
  ['env', { valued: 'uC', words: 0 }],
  ['nice', { valued: 'n', words: 0 }],
  ['ionice', { valued: 'cn', words: 0 }],
  ['nohup', plain],
  ['time', { valued: 'fo', words: 0 }],
  ['timeout', { valued: 'ks', words: 1 }],
  ['setsid', plain],
  ['stdbuf', { valued: 'ioe', words: 0 }],
  ['setarch', { valued: '', words: 1 }],
  ['taskset', { valued: '', words: 1 }],
  ['chrt', { valued: '', words: 1 }],
  ['fakeroot', { valued: '', words: 0 }],
  ['xvfb-run', { valued: 'nsef', words: 0 }],
  ['dbus-run-session', plain],
  ['ccache', plain],
  ['sccache', plain],
  ['busybox', plain],
  ['toybox', plain],
  ['xargs', { valued: 'InPLdsEa', words: 0 }],
  ['parallel', { valued: 'jn', words: 0 }],
  ['sudo', { valued: 'ugpCrtTUhD', words: 0 }],
  ['doas', { valued: 'uC', words: 0 }],
  ['run0', plain],
  ['pkexec', plain],
  ['flock', { valued: 'wE', words: 1 }],
  ['strace', { valued: 'eo', words: 0 }],
  ['ltrace', { valued: 'eo', words: 0 }],
  ['coproc', plain],
  ['!', plain],
  ['unshare', plain],
  ['prlimit', plain],
  ['chronic', plain],
  ['linux32', plain],
  ['linux64', plain],
  ['valgrind', plain],
  ['numactl', { valued: 'NCmip', words: 0 }],
  ['eatmydata', plain],
  ['faketime', { valued: '', words: 1 }],
  ['perf', { valued: 'eo', words: 1 }],
  ['uv', plain],
  ['poetry', plain],
])
/** These run another program only where the first word says so. */
const SUBCOMMAND: ReadonlySet<string> = new Set(['uv', 'poetry'])

const MAX_WRAPPERS = 12

/** Takes away what runs a program and leaves the program: `env A=1 nice -n 5 /usr/bin/curl x` → `curl x`. */
export function peel(argv: readonly string[]): PeeledCommand {
  const wrappers: string[] = []
  const assigned: string[] = []
  let rest = argv
  for (let round = 0; round < MAX_WRAPPERS; round += 1) {
    const name = programName(rest[0] ?? '')
    const wrapper = WRAPPERS.get(name)
    if (wrapper === undefined || rest.length < 2) return { argv: rest, wrappers, assigned }
    // `command -v x` asks where x is.
    if (name === 'command' && /^-[vV]/.test(rest[1] ?? '')) return { argv: rest, wrappers, assigned }
    if (SUBCOMMAND.has(name)) {
      if (rest[1] !== 'run') return { argv: rest, wrappers, assigned }
      rest = rest.slice(1)
    }
    const inner = withoutOptions(rest.slice(1), wrapper, name, assigned)
    if (inner.length === 0) return { argv: rest, wrappers, assigned }
    wrappers.push(name)
    rest = inner
  }
  return { argv: [UNKNOWN], wrappers, assigned }
}

function withoutOptions(
  words: readonly string[],
  { valued, words: before }: Wrapper,
  name: string,
  assigned: string[],
): readonly string[] {
  let index = 0
  for (; index < words.length; index += 1) {
    const word = words[index] ?? ''
    if (word === '--') {
      index += 1
      break
    }
    if (name === 'env' && /^(?:-S|--split-string)/.test(word)) {
      const text = word.replace(/^(?:-S|--split-string=?)/, '') || (words[index + 1] ?? '')
      return text.split(/\s+/).filter((part) => part !== '')
    }
    if ((name === 'env' || name === 'sudo') && /^[A-Za-z_]\w*=/.test(word)) {
      assigned.push(word)
      continue
    }
    if (!word.startsWith('-') || word === '-') break
    const short = /^-[A-Za-z]*([A-Za-z])$/.exec(word)?.[1]
    if (short !== undefined && valued.includes(short) && !word.startsWith('--')) index += 1
  }
  return words.slice(index + before)
}

/** `/usr/bin/curl` → `curl`. */
export function programName(word: string): string {
  return word.slice(word.lastIndexOf('/') + 1)
}

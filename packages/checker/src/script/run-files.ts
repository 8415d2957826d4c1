import type { Call } from './calls.ts'
import { resolvePath } from './places.ts'
import { SHELLS } from './shell-texts.ts'

/** The file that a command runs as a script, resolved; null where it runs a program of the system, or no file. */
export function runFile({ program, path, args, folder }: Call): string | null {
  if (program === null) return null
  if (program === 'source' || program === '.')
    return args[0] === undefined ? null : resolvePath(args[0], folder)
  if (SHELLS.has(program) || /^(?:python[\d.]*|perl|ruby|node)$/.test(program)) {
    const [file] = args.filter((word) => !word.startsWith('-'))
    return file === undefined || args[0] === '-c' ? null : resolvePath(file, folder)
  }
  return path.includes('/') ? resolvePath(path, folder) : null
}

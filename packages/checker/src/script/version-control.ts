import { PKG_DIR, SRC_DIR, UNKNOWN } from './markers.ts'
import type { NetworkKind } from './network-kind.ts'

/**
 * How a program of version control uses the network; null where it does not, and for every other program.
 *
 * @param plain of the arguments those that are no options.
 */
export function versionControlUse(
  program: string,
  plain: readonly string[],
  args: readonly string[],
): NetworkKind | null {
  switch (program) {
    case 'git':
      return gitKind(withoutGitOptions(args))
    case 'hg':
    case 'bzr':
      return /^(?:clone|pull|incoming|branch)$/.test(plain[0] ?? '') && isRemote(plain[1] ?? UNKNOWN)
        ? 'direct'
        : null
    case 'svn':
      return /^(?:checkout|co|export|update|up)$/.test(plain[0] ?? '') ? 'direct' : null
    default:
      return null
  }
}

function isRemote(word: string): boolean {
  if (word.startsWith(SRC_DIR) || word.startsWith(PKG_DIR)) return false
  return /^[a-z][a-z0-9+.-]*:\/\/|^[^/]+@[^/]+:|^[\w.-]+:[^/]/i.test(word) && !/^file:/.test(word)
    ? true
    : word.startsWith(UNKNOWN)
}

function withoutGitOptions(args: readonly string[]): readonly string[] {
  const rest: string[] = []
  for (let index = 0; index < args.length; index += 1) {
    const word = args[index] ?? ''
    if (rest.length === 0 && /^-[cC]$/.test(word)) index += 1
    else rest.push(word)
  }
  return rest
}

function gitKind(args: readonly string[]): NetworkKind | null {
  const plain = args.filter((word) => !word.startsWith('-'))
  const [verb = '', ...rest] = plain
  switch (verb) {
    case 'clone':
    case 'fetch':
    case 'pull':
    case 'ls-remote':
    case 'archive':
      if (verb === 'archive') return args.some((word) => word.startsWith('--remote')) ? 'direct' : null
      // A fetch without an address asks the remote of the clone, which makepkg made of source=().
      return rest.some(isRemote) || verb === 'pull'
        ? 'direct'
        : verb === 'fetch' && rest.length === 0
          ? 'fetcher'
          : null
    case 'push':
      return 'direct'
    case 'remote':
      return (rest[0] === 'add' || rest[0] === 'set-url') && rest.some(isRemote) ? 'direct' : null
    case 'submodule':
      return rest[0] === 'add' ? 'direct' : rest[0] === 'update' || args.includes('--init') ? 'fetcher' : null
    case 'lfs':
      return /^(?:pull|fetch)$/.test(rest[0] ?? '') ? 'fetcher' : null
    default:
      return null
  }
}

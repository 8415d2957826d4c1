import { PKG_DIR } from './markers.ts'
import type { NetworkKind } from './network-kind.ts'

/** Package managers that can be sent to another registry than their own, and the words that do so. */
const FOREIGN_REGISTRY: ReadonlySet<string> = new Set([
  'npm',
  'pnpm',
  'yarn',
  'bun',
  'npx',
  'pip',
  'pip3',
  'uv',
  'gem',
])
const OWN_REGISTRY =
  /^--(?:registry|index-url|extra-index-url|index|source)(?:=|$)|^--find-links=https?:|^(?:git\+|https?:|ssh:|github:)|^registry$/

/** Whether a package manager is sent to another registry than its own. */
export function asksOtherRegistry(program: string, args: readonly string[]): boolean {
  return FOREIGN_REGISTRY.has(program) && args.some((word) => OWN_REGISTRY.test(word))
}

/**
 * How a package manager uses the network; null where it does not, and for every other program.
 *
 * @param plain of the arguments those that are no options.
 */
export function packageManagerUse(
  program: string,
  plain: readonly string[],
  args: readonly string[],
): NetworkKind | null {
  switch (program) {
    case 'npm':
    case 'pnpm':
    case 'yarn':
    case 'bun':
      return nodeKind(program, args)
    case 'npx':
    case 'pnpx':
    case 'bunx':
    case 'uvx':
      if (args.some((word) => /^(?:-y|--yes)$|.@/.test(word))) return 'direct'
      return args.includes('--no-install') || args.includes('--no') || args.includes('--offline')
        ? null
        : 'fetcher'
    case 'cargo':
      return cargoKind(plain, args)
    case 'go':
      return goKind(plain)
    case 'pip':
    case 'pip3':
      return pipKind(plain, args)
    case 'uv':
      return plain[0] === 'pip'
        ? pipKind(plain.slice(1), args)
        : /^(?:sync|add|lock|tool)$/.test(plain[0] ?? '') && !args.includes('--offline')
          ? 'fetcher'
          : null
    case 'gem':
      return plain[0] === 'install' &&
        !args.includes('--local') &&
        !plain.slice(1).some((word) => word.endsWith('.gem'))
        ? 'direct'
        : null
    case 'composer':
      return /^(?:require|create-project|global)$/.test(plain[0] ?? '')
        ? 'direct'
        : /^(?:install|update)$/.test(plain[0] ?? '')
          ? 'fetcher'
          : null
    case 'dotnet':
      return plain[0] === 'tool' && plain[1] === 'install'
        ? 'direct'
        : plain[0] === 'restore'
          ? 'fetcher'
          : null
    case 'rustup':
      return /^(?:toolchain|target|component|update|install)$/.test(plain[0] ?? '') ? 'fetcher' : null
    case 'bundle':
      return plain[0] === 'install' && !args.includes('--local') ? 'fetcher' : null
    case 'python':
    case 'python3':
      return args[0] === '-m' && /^(?:pip|ensurepip)$/.test(args[1] ?? '')
        ? pipKind(
            args.slice(2).filter((word) => !word.startsWith('-')),
            args,
          )
        : null
    default:
      return null
  }
}

function nodeKind(program: string, args: readonly string[]): NetworkKind | null {
  const [verb, ...named] = withoutFolders(args).filter((word) => !word.startsWith('-'))
  if (args.includes('--offline') || args.includes('--prefer-offline')) return null
  if (verb === undefined) return program === 'yarn' && args.length === 0 ? 'fetcher' : null
  if (!/^(?:install|i|ci|add|update|up|upgrade|exec|dlx|x|create|publish|fetch|cit|install-test)$/.test(verb))
    return null
  const asksNobody = args.some((word) => /^(?:-y|--yes)$/.test(word))
  if (verb === 'exec' && program !== 'bun') return asksNobody ? 'direct' : null
  if (/^(?:publish|dlx|create)$/.test(verb)) return 'direct'
  // A package that was built here is installed without asking anybody (Arch's guidelines for Node.js packages).
  if (named.length === 0) return 'fetcher'
  if (named.every((word) => /^(?:\.|\/|file:)|\.tgz$/.test(word))) return null
  // By its name alone a package is whatever the registry holds that day.
  return /^(?:install|i|add|x)$/.test(verb) ? 'direct' : 'fetcher'
}

/** Options of Node's package managers with a value of their own. */
const NODE_VALUES =
  /^--(?:prefix|cache|cache-folder|cwd|dir|filter|globalconfig|include|loglevel|modules-folder|network-timeout|omit|os|cpu|arch|platform|script-shell|store-dir|target|userconfig|workspace)$|^-[wCF]$/

function withoutFolders(args: readonly string[]): readonly string[] {
  return args.filter((_word, index) => !NODE_VALUES.test(args[index - 1] ?? ''))
}

function cargoKind(plain: readonly string[], args: readonly string[]): NetworkKind | null {
  const [verb = ''] = plain.filter((word) => !word.startsWith('+'))
  if (args.includes('--offline') || args.includes('--frozen')) return null
  if (verb === 'install') return args.some((word) => /^--path(?:=|$)/.test(word)) ? null : 'direct'
  return /^(?:fetch|update|add|search|publish|vendor)$/.test(verb) ? 'fetcher' : null
}

function goKind([verb = '', ...rest]: readonly string[]): NetworkKind | null {
  if (verb === 'mod') return /^(?:vendor|verify|tidy|edit|why|graph)$/.test(rest[0] ?? '') ? null : 'fetcher'
  if (verb === 'get') return rest.every((word) => /^[./]|^\ue008|^all$/.test(word)) ? 'fetcher' : 'direct'
  return /^(?:install|run)$/.test(verb) && rest.some((word) => word.includes('@')) ? 'direct' : null
}

function pipKind(plain: readonly string[], args: readonly string[]): NetworkKind | null {
  if (!/^(?:install|download|wheel)$/.test(plain[0] ?? '')) return null
  if (args.some((word) => /^--no-(?:index|deps)$/.test(word))) return null
  const lists = args.flatMap((word, index) =>
    /^(?:-[rc]|--(?:requirement|constraint))$/.test(word) ? (args[index + 1] ?? '') : [],
  )
  const named = plain.slice(1).filter((word) => !word.startsWith(PKG_DIR) && !lists.includes(word))
  if (named.length === 0) return 'fetcher'
  if (named.every((word) => /^(?:\.|\/)|\.whl$/.test(word))) return null
  // By its name alone a package is whatever stands in the index that day.
  return named.some((word) => !/^(?:\.|\/)|\.(?:whl|txt|in)$/.test(word)) ? 'direct' : 'fetcher'
}

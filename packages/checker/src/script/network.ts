import type { Call, CodePlace, ScriptReading } from './calls.ts'
import { codeTexts, isCodeRunner } from './code-texts.ts'
import { PKG_DIR, SRC_DIR, shown, UNKNOWN } from './markers.ts'
import { redirectedFetches } from './redirected-fetches.ts'
import { fetchingBuildFiles, runCode } from './written-code.ts'

/** A command that uses the network. */
export interface NetworkUse {
  /** `fetcher`: a package manager, which checks what it fetches against the project's lock file. */
  readonly kind: 'direct' | 'fetcher'
  readonly what: string
  readonly place: CodePlace
}

const DIRECT: ReadonlySet<string> = new Set([
  'conda',
  'cpan',
  'cpanm',
  'gsutil',
  'hf',
  'huggingface-cli',
  'ipfs',
  'luarocks',
  'mamba',
  'micromamba',
  'nix',
  'nix-build',
  'nix-env',
  'nix-shell',
  'ollama',
  'pipx',
  'youtube-dl',
  'ztcp',
  'aria2c',
  'axel',
  'curl',
  'curlie',
  'dig',
  'drill',
  'fetch',
  'ftp',
  'host',
  'http',
  'httpie',
  'https',
  'lftp',
  'links',
  'mail',
  'mailx',
  'msmtp',
  'nmap',
  'resolvectl',
  'sendmail',
  'traceroute',
  'whois',
  'lynx',
  'nc',
  'ncat',
  'netcat',
  'nslookup',
  'ping',
  'rclone',
  'scp',
  'sftp',
  'socat',
  'ssh',
  'telnet',
  'tftp',
  'w3m',
  'wget',
  'wget2',
  'xh',
  'yt-dlp',
])
/** Words of the code of other languages that open connections. */
const NETWORK_CODE =
  /urllib|\brequests\b|\bhttpx\b|aiohttp|\bsocket\b|http\.client|['"](?:node:)?(?:https?|http2|net|dgram|tls|dns)['"]|ftplib|smtplib|telnetlib|urlopen|urlretrieve|\bfetch\s*\(|LWP|HTTP::Tiny|IO::Socket|Net::HTTP|open-uri|URI\.open|TCPSocket|file_get_contents\s*\(\s*['"]https?:|fsockopen|curl_exec/

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
const NETWORK_MODULE =
  /^(?:http\.server|urllib\.|ftplib|smtplib|telnetlib|webbrowser|xmlrpc\.|wget|requests|httpx)/

/** Every use of the network in a script that can be told by its commands. */
export function networkUse(deeds: ScriptReading): readonly NetworkUse[] {
  const uses: NetworkUse[] = []
  for (const call of deeds.calls) {
    if (call.program === null || deeds.functions.has(call.path)) continue
    const kind = kindOf(call)
    if (kind !== null) uses.push({ kind, what: describe(call), place: call.place })
  }
  for (const { what, place } of redirectedFetches(deeds)) uses.push({ kind: 'direct', what, place })
  for (const { path, line } of fetchingBuildFiles(deeds)) {
    const what = `${shown(path)}, which is written here,`
    uses.push({ kind: 'direct', what, place: { line, within: null } })
  }
  for (const { text, line, call } of runCode(deeds)) {
    if (NETWORK_CODE.test(text))
      uses.push({
        kind: 'direct',
        what: `${call?.program}`,
        place: { line, within: call?.place.within ?? null },
      })
  }
  for (const { path, place } of deeds.writes) {
    if (isConnection(path)) uses.push({ kind: 'direct', what: path, place })
  }
  const told = new Set(uses.map(({ place }) => place.line))
  for (const { text, place } of deeds.mentions) {
    if (!isConnection(text) || told.has(place.line)) continue
    told.add(place.line)
    uses.push({ kind: 'direct', what: 'a connection', place })
  }
  return uses
}

function isConnection(text: string): boolean {
  return /\/dev\/(?:tcp|udp)\/|\bstratum\+(?:tcp|ssl):/.test(text)
}

function describe({ program, args }: Call): string {
  const verb = args.find((word) => /^[a-z][a-z-]*$/.test(word))
  return program !== null && VERBS.has(program) && verb !== undefined ? `${program} ${verb}` : `${program}`
}

const VERBS: ReadonlySet<string> = new Set([
  'git',
  'hg',
  'svn',
  'npm',
  'pnpm',
  'yarn',
  'bun',
  'cargo',
  'go',
  'pip',
  'pip3',
  'uv',
  'gem',
  'bundle',
])

function kindOf(call: Call): NetworkUse['kind'] | null {
  const { program, args } = call
  if (program === null) return null
  if (DIRECT.has(program))
    return args.every((word) => /^(?:-V|--version|--help)$/.test(word)) && args.length > 0 ? null : 'direct'
  if (program === 'openssl') return args[0] === 's_client' ? 'direct' : null
  if (/^(?:deno|bun|node)$/.test(program) && args.some((word) => /^https?:/.test(word))) return 'direct'
  if (program === 'gpg' || program === 'gpg2')
    return args.some((word) =>
      /^--(?:recv-keys|receive-keys|search-keys|send-keys|refresh-keys|locate-keys|fetch-keys)/.test(word),
    )
      ? 'direct'
      : null
  if (program === 'rsync') return args.some((word) => /^[^/]*:|^rsync:\/\//.test(word)) ? 'direct' : null
  if (isCodeRunner(program) && codeTexts(call).some((text) => NETWORK_CODE.test(text))) return 'direct'
  if (FOREIGN_REGISTRY.has(program) && args.some((word) => OWN_REGISTRY.test(word))) return 'direct'
  const plain = args.filter((word) => !word.startsWith('-'))
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
    case 'npm':
    case 'pnpm':
    case 'yarn':
    case 'bun':
      return nodeKind(program, plain, args)
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
    case 'getent':
      return /^a?hosts/.test(plain[0] ?? '') ? 'direct' : null
    case 'python':
    case 'python3':
      if (args[0] === '-m' && NETWORK_MODULE.test(args[1] ?? '')) return 'direct'
      return args[0] === '-m' && /^(?:pip|ensurepip)$/.test(args[1] ?? '')
        ? pipKind(
            args.slice(2).filter((word) => !word.startsWith('-')),
            args,
          )
        : null
    case 'docker':
    case 'podman':
      return /^(?:pull|run|build)$/.test(plain[0] ?? '') ? 'direct' : null
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

function gitKind(args: readonly string[]): NetworkUse['kind'] | null {
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

function nodeKind(
  program: string,
  plain: readonly string[],
  args: readonly string[],
): NetworkUse['kind'] | null {
  const [verb] = plain
  if (args.includes('--offline') || args.includes('--prefer-offline')) return null
  if (verb === undefined) return program === 'yarn' && args.length === 0 ? 'fetcher' : null
  if (!/^(?:install|i|ci|add|update|up|upgrade|exec|dlx|x|create|publish|fetch|cit|install-test)$/.test(verb))
    return null
  const asksNobody = args.some((word) => /^(?:-y|--yes)$/.test(word))
  if (verb === 'exec' && program !== 'bun') return asksNobody ? 'direct' : null
  if (/^(?:publish|dlx|create)$/.test(verb)) return 'direct'
  // A package that was built here is installed without asking anybody (Arch's guidelines for Node.js packages).
  const named = withoutFolders(args)
    .filter((word) => !word.startsWith('-'))
    .slice(1)
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

function cargoKind(plain: readonly string[], args: readonly string[]): NetworkUse['kind'] | null {
  const [verb = ''] = plain.filter((word) => !word.startsWith('+'))
  if (args.includes('--offline') || args.includes('--frozen')) return null
  if (verb === 'install') return args.some((word) => /^--path(?:=|$)/.test(word)) ? null : 'direct'
  return /^(?:fetch|update|add|search|publish|vendor)$/.test(verb) ? 'fetcher' : null
}

function goKind([verb = '', ...rest]: readonly string[]): NetworkUse['kind'] | null {
  if (verb === 'mod') return /^(?:vendor|verify|tidy|edit|why|graph)$/.test(rest[0] ?? '') ? null : 'fetcher'
  if (verb === 'get') return rest.every((word) => /^[./]|^\ue008|^all$/.test(word)) ? 'fetcher' : 'direct'
  return /^(?:install|run)$/.test(verb) && rest.some((word) => word.includes('@')) ? 'direct' : null
}

function pipKind(plain: readonly string[], args: readonly string[]): NetworkUse['kind'] | null {
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

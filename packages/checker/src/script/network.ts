import type { Call, CodePlace, ScriptReading } from './calls.ts'
import { codeTexts, isCodeRunner } from './code-texts.ts'
import { shown } from './markers.ts'
import type { NetworkKind } from './network-kind.ts'
import { asksOtherRegistry, packageManagerUse } from './package-managers.ts'
import { redirectedFetches } from './redirected-fetches.ts'
import { versionControlUse } from './version-control.ts'
import { fetchingBuildFiles, runCode } from './written-code.ts'

/** A command that uses the network. */
export interface NetworkUse {
  readonly kind: NetworkKind
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

function kindOf(call: Call): NetworkKind | null {
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
  if (asksOtherRegistry(program, args)) return 'direct'
  const plain = args.filter((word) => !word.startsWith('-'))
  switch (program) {
    case 'getent':
      return /^a?hosts/.test(plain[0] ?? '') ? 'direct' : null
    case 'docker':
    case 'podman':
      return /^(?:pull|run|build)$/.test(plain[0] ?? '') ? 'direct' : null
    case 'python':
    case 'python3':
      if (args[0] === '-m' && NETWORK_MODULE.test(args[1] ?? '')) return 'direct'
      return packageManagerUse(program, plain, args)
    default:
      return versionControlUse(program, plain, args) ?? packageManagerUse(program, plain, args)
  }
}

import type { CodePlace, ScriptReading } from './calls.ts'

/** A setting that sends package managers elsewhere, or keeps them from checking whom they talk to. */
export interface RedirectedFetch {
  readonly what: string
  readonly place: CodePlace
}

/** Variables that name another registry or a machine in between. */
const ELSEWHERE =
  /^(?:PIP_(?:EXTRA_)?INDEX_URL|PIP_FIND_LINKS|UV_(?:EXTRA_)?INDEX(?:_URL)?|UV_DEFAULT_INDEX|npm_config_(?:registry|https?[_-]proxy|proxy)|YARN_(?:NPM_)?REGISTRY(?:_SERVER)?|BUN_CONFIG_REGISTRY|GOPROXY|CARGO_(?:REGISTRIES|REGISTRY|SOURCE)_\w+|BUNDLE_MIRROR\w*|(?:https?|all|ftp)_proxy)$/i
/** Variables that turn the check of sums or certificates off, with the values that do. */
const UNCHECKED: readonly (readonly [RegExp, RegExp])[] = [
  [/^(?:GOSUMDB|GONOSUMCHECK)$/, /^off$/],
  [/^(?:GONOSUMDB|GOINSECURE|GONOSUMCHECK|GOPRIVATE)$/, /./],
  [/^NODE_TLS_REJECT_UNAUTHORIZED$/, /^0$/],
  [/^(?:GIT_SSL_NO_VERIFY|PIP_TRUSTED_HOST|UV_INSECURE_HOST)$/, /./],
  [/^PYTHONHTTPSVERIFY$/, /^0$/],
  [/^npm_config_strict[_-]ssl$/i, /^false$/],
]
const OPTION =
  /^(?:http\.(?:.*\.)?(?:sslVerify=(?:false|0|no)|proxy=.)|https\.proxy=.|url\.(?:https?|git|ssh):.*\.insteadOf(?:=|$))/i
const FILE =
  /(?:^|\/)(?:\.npmrc|\.yarnrc(?:\.yml)?|bunfig\.toml|pip\.conf|uv\.toml|\.cargo\/config(?:\.toml)?)$/
const ANOTHER_REGISTRY =
  /(?:registry|index|index-url|npmRegistryServer|proxy)["']?\s*[=:]\s*["']?(?:sparse\+)?https?:\/\/(?!registry\.npmjs\.org|registry\.yarnpkg\.com|pypi\.org|index\.crates\.io|github\.com\/rust-lang)/i

/**
 * What makes npm, pip, cargo, go or git ask other machines than they do by themselves: the lock file of a project says what
 * they fetch, and this says from whom.
 */
export function redirectedFetches({ calls, settings, writes }: ScriptReading): readonly RedirectedFetch[] {
  const set = [
    ...settings.flatMap(({ name, texts, place }) => texts.map((text) => ({ name, text, place }))),
    ...calls.flatMap(({ assigned, place }) =>
      assigned.map((word) => {
        const at = word.indexOf('=')
        return { name: word.slice(0, at), text: word.slice(at + 1), place }
      }),
    ),
  ]
  return [
    ...set
      .filter(({ name, text }) => isRedirection(name, text))
      .map(({ name, place }) => ({ what: name, place })),
    ...calls.flatMap(({ program, args, place }) =>
      program === 'git' ? gitOptions(args).map((what) => ({ what, place })) : [],
    ),
    ...calls
      .filter(({ program, args }) => program === 'npm' && /strict-ssl[= ]false/.test(args.join(' ')))
      .map(({ place }) => ({ what: 'npm strict-ssl=false', place })),
    ...writes
      .filter(({ path, text }) => text !== null && FILE.test(path) && ANOTHER_REGISTRY.test(text))
      .map(({ path, place }) => ({ what: path.slice(path.lastIndexOf('/') + 1), place })),
  ]
}

function isRedirection(name: string, text: string): boolean {
  if (UNCHECKED.some(([variable, value]) => variable.test(name) && value.test(text))) return true
  return ELSEWHERE.test(name) && /https?:\/\/|^[\w.-]+:\d+/.test(text) && !OWN.test(text)
}

/** What the programs ask by themselves. */
const OWN =
  /^https:\/\/(?:registry\.npmjs\.org|registry\.yarnpkg\.com|pypi\.org|proxy\.golang\.org)\/?[^,|]*(?:[,|](?:direct|off))?$/

/** `git -c NAME=VALUE`, `git config NAME VALUE`. */
function gitOptions(args: readonly string[]): readonly string[] {
  return args.flatMap((word, index) => {
    const next = args[index + 1] ?? ''
    if (OPTION.test(word) || OPTION.test(`${word}=${next}`)) return [`git ${word}`]
    const isSubmodule = /^submodule\..*\.url(?:=|$)/.test(word)
    const address = word.includes('=') ? word.slice(word.indexOf('=') + 1) : next
    return isSubmodule && /^(?:https?|git|ssh):/.test(address) ? [`git ${word}`] : []
  })
}

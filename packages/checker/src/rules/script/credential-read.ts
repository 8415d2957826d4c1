import type { Problem, Rule } from '../../rule.ts'
import type { Call } from '../../script/calls.ts'
import { codesOf, takesEnvironment, variablesInCode } from '../../script/code-secrets.ts'
import { HOME_DIR, shown } from '../../script/markers.ts'
import { CODE_HOME } from '../../script/targets.ts'
import type { CheckedWorker } from '../../worker/checked-worker.ts'
import { inDeeds } from '../../worker/script-problems.ts'

/** Below the home folder. */
const HOME_FILE =
  /(?:^|\/)\.(?:ssh|aws|azure|gnupg|kube|docker|netrc|pgpass|npmrc|yarnrc|pypirc|gem\/credentials|cargo\/credentials|git-credentials|config\/(?:gh|hub|gcloud|op|rclone|google-chrome|chromium|BraveSoftware|Signal|discord|solana)|mozilla|thunderbird|password-store|local\/share\/keyrings|bash_history|zsh_history|python_history|psql_history|mysql_history|node_repl_history|electrum|bitcoin|ethereum|huggingface|cache\/huggingface\/token|terraform\.d|vault-token|wgetrc|boto|s3cfg|msmtprc|mutt|Xauthority|ICEauthority)(?:\/|$|\.|[^\w])/
const SYSTEM_FILE =
  /(?:^|[^\w])\/(?:etc\/(?:shadow|gshadow|sudoers|ssh\/|ssl\/private|krb5\.keytab|wpa_supplicant|NetworkManager\/system-connections|machine-id)|root\/|proc\/(?:self|\d+|\*|\ue008|\ue009|\$\$)?\/?(?:environ|mem|maps)|var\/run\/secrets|run\/secrets|run\/user\/)/
const HOST_KEYS = /(?:^|\/)(?:id_(?:rsa|dsa|ecdsa|ed25519)|credentials\.json|wallet\.dat|\.env)$/
const VARIABLE =
  /(?:^|_)(?:TOKEN|SECRET|SECRETS|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL|CREDENTIALS|APIKEY|API_KEY|PRIVATE_KEY|ACCESS_KEY|ACCESS_KEY_ID|SECRET_KEY|AUTH|COOKIE|PAT)(?:_|$)|^(?:SSH_AUTH_SOCK|SSH_AGENT_PID|GPG_AGENT_INFO|DBUS_SESSION_BUS_ADDRESS|KUBECONFIG|NETRC|AWS_[A-Z_]+|AZURE_[A-Z_]+|GOOGLE_APPLICATION_CREDENTIALS|GH_[A-Z_]+|GITHUB_[A-Z_]+|CI_JOB_[A-Z_]+|HISTFILE)$/
/** Contract: a premium PKGBUILD asks for these. */
const LICENCE_KEY = /^RBEE_LICENSE_(?:KEY|TOKEN)$/
const PROGRAMS =
  /^(?:ssh-add|secret-tool|pass|gopass|keyring|kwallet-query|op|bw|vault|security|gcloud|aws|az|kubectl|gh|glab|xclip|xsel|wl-paste|pbpaste|grim|scrot)$/

/** A home folder as a whole, or what tells whose they are. */
const WHOLE_HOME =
  /^(?:\/\ue003(?:\/(?:\.?\ue009?|\.config|\.local|\.cache)?)?|\/home(?:\/.*)?|\/root|\/etc\/passwd)\/?$/
const KEY_FILE = /^id_(?:rsa|dsa|ecdsa|ed25519)$/

/** Whether a command prints everything that is set, as `env` does without a program to run. */
function printsEnvironment({ program, args }: Call): boolean {
  switch (program) {
    case 'env':
    case 'set':
    case 'export':
    case 'declare':
    case 'typeset':
      return args.length === 0 || (program !== 'set' && args.every((word) => /^-[px0]+$/.test(word)))
    case 'printenv':
      return args.length === 0 || args.some((word) => VARIABLE.test(word))
    case 'compgen':
      return args.some((word) => /^-[a-zA-Z]*[ev]|^(?:export|variable)$/.test(word))
    case 'jq':
      return args.some((word) => /(?:^|[^.\w])(?:env|\$ENV)(?![.\w])/.test(word))
    case 'history':
    case 'fc':
      return true
    default:
      return false
  }
}

/** Whoever builds has keys of their own on the machine, and none of them has to do with the build. */
export const credentialRead: Rule<CheckedWorker> = {
  id: 'credential-read',
  severity: 'error',
  summary: 'no script reads keys, passwords or the history of who builds',
  check: (worker): readonly Problem[] =>
    inDeeds(worker, ({ mentions, uses, calls, writes, settings }) => {
      const cure = 'leave it out: a build needs no secrets'
      const set = new Set(settings.map(({ name }) => name))
      const files = [
        ...mentions.map(({ text, place }) => ({ text, place })),
        ...writes.map(({ path, place }) => ({ text: path, place })),
      ]
        .filter(({ text }) => isSecretFile(text))
        .map(({ text, place }) => ({
          line: place.line,
          reason: `${shown(text)} holds secrets of who builds`,
          cure,
        }))
      const variables = uses
        .filter(({ name }) => VARIABLE.test(name) && !LICENCE_KEY.test(name) && !set.has(name))
        .map(({ name, place }) => ({
          line: place.line,
          reason: `$${name} may hold a secret of who builds`,
          cure,
        }))
      const homes = calls.flatMap(({ program, args, place }) =>
        program === 'cd'
          ? []
          : args
              .filter((word) => WHOLE_HOME.test(word) || KEY_FILE.test(word))
              .map((word) => ({ line: place.line, reason: `${shown(word)} is who builds' own`, cure })),
      )
      const programs = calls
        .filter(
          (call) =>
            PROGRAMS.test(call.program ?? '') ||
            printsEnvironment(call) ||
            (call.program === 'gpg' && call.args.some((word) => /^--export-secret/.test(word))),
        )
        .map(({ program, place }) => ({
          line: place.line,
          reason: `${program} gives out secrets of who builds`,
          cure,
        }))
      return [...files, ...variables, ...homes, ...programs, ...calls.flatMap(codeProblems)]
    }),
}

/** The same in the code that interpreters are given. */
function codeProblems(call: Call) {
  const problem = (reason: string) => ({
    line: call.place.line,
    reason,
    cure: 'leave it out: a build needs no secrets',
  })
  const named = variablesInCode(call).filter((name) => VARIABLE.test(name) && !LICENCE_KEY.test(name))
  return [
    ...(takesEnvironment(call) ? [problem(`${call.program} takes all variables of who builds`)] : []),
    ...named.map((name) => problem(`$${name} may hold a secret of who builds`)),
    ...codesOf(call)
      .filter(
        (text) =>
          CODE_HOME.test(text) &&
          /\.(?:ssh|aws|gnupg|netrc|npmrc|docker|kube|pypirc|git-credentials|config\/|mozilla)/.test(text),
      )
      .map(() => problem(`${call.program} is given code that reads from the home folder of who builds`)),
  ]
}

function isSecretFile(text: string): boolean {
  if (SYSTEM_FILE.test(text) || /\ue003\/\.[^/]*[\ue008\ue009]/.test(text)) return true
  // A home folder that is looked up is one as well.
  const isHome =
    text.includes(HOME_DIR) ||
    /^\ue008\//.test(text) ||
    /(?:^|[\s"'=:@<])(?:~[a-z]*|\/root|\/home\/[^/]*)\//.test(text)
  return isHome && (HOME_FILE.test(text) || HOST_KEYS.test(text))
}

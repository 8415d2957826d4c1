import type { Problem, Rule } from '../../rule.ts'
import type { CheckedWorker } from '../../worker/checked-worker.ts'
import { inDeeds } from '../../worker/script-problems.ts'

/** Commands of bash, and programs by which makepkg and every build check, unpack and install. */
const TOOLS: ReadonlySet<string> = new Set([
  ...[
    ':',
    '.',
    '[',
    'alias',
    'bind',
    'break',
    'builtin',
    'cd',
    'command',
    'continue',
    'declare',
    'echo',
    'enable',
  ],
  ...[
    'eval',
    'exec',
    'exit',
    'export',
    'false',
    'hash',
    'local',
    'mapfile',
    'popd',
    'printf',
    'pushd',
    'pwd',
    'read',
  ],
  ...[
    'readonly',
    'return',
    'set',
    'shift',
    'shopt',
    'source',
    'test',
    'trap',
    'true',
    'type',
    'typeset',
    'unset',
  ],
  ...[
    'awk',
    'b2sum',
    'basename',
    'bash',
    'bsdtar',
    'cat',
    'chmod',
    'chown',
    'cksum',
    'cp',
    'curl',
    'cut',
    'date',
  ],
  ...[
    'dirname',
    'env',
    'fakeroot',
    'find',
    'git',
    'gpg',
    'grep',
    'gzip',
    'install',
    'ln',
    'ls',
    'make',
    'md5sum',
  ],
  ...[
    'mkdir',
    'mktemp',
    'mv',
    'openssl',
    'pacman',
    'patch',
    'rm',
    'sed',
    'sh',
    'sha1sum',
    'sha224sum',
    'sha256sum',
  ],
  ...[
    'sha384sum',
    'sha512sum',
    'sort',
    'strip',
    'sudo',
    'tar',
    'tee',
    'touch',
    'tr',
    'wget',
    'xargs',
    'xz',
    'zstd',
  ],
])
/** Functions of makepkg itself (scripts/libmakepkg of pacman): a PKGBUILD is read into the same process. */
const MAKEPKG =
  /^(?:check_(?:pgpsigs|checksums|source_integrity|software|sanity)|(?:download|extract|verify|calc)_(?:file|file_signature|git|git_signature|hg|svn|bzr|fossil|local|sources|checksum(?:_\w+)?|integrity_\w+)|verify_(?:integrity_)?sums?|tidy_(?:install|modify|remove|packaging\w*|strip|purge|zipman|libtool|staticlibs|docs|emptydirs|debug)|lint_\w+|run_(?:function|split_packaging|single_packaging)\w*|(?:create|write)_(?:package|srcpackage|pkginfo|buildinfo|mtree_\w+|kv_pair|package_signatures)|get_(?:protocol|url|filename|filepath|downloadclient|vcsclient|all_sources\w*|pkgbuild_\w+)|in_opt_array|check_(?:opt|buildenv|option)\w*|source_safe|source_makepkg_config|enter_fakeroot|makepkg_\w+)$/

/** A function takes the place of the command of its name for everything that comes after it, makepkg's own steps among it. */
export const replacedCommand: Rule<CheckedWorker> = {
  id: 'replaced-command',
  severity: 'error',
  summary: "no function takes the name of a command or of a step of makepkg's",
  check: (worker): readonly Problem[] =>
    inDeeds(worker, ({ functions }, { text }) =>
      [...functions]
        .filter((name) => TOOLS.has(name) || MAKEPKG.test(name))
        .map((name) => ({
          line: lineOf(text, name),
          reason: `the function ${name} takes the place of what makepkg and the build mean by that name`,
          cure: 'give it a name of its own, such as one that begins with an underscore',
        })),
    ),
}

function lineOf(text: string, name: string): number {
  const index = text
    .split('\n')
    .findIndex(
      (line) => line.replace(/^\s*(?:function\s+)?/, '').startsWith(name) && /\(\s*\)|function/.test(line),
    )
  return index === -1 ? 1 : index + 1
}

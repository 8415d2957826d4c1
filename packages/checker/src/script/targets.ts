import type { Call, ScriptReading } from './calls.ts'
import { codeTexts } from './code-texts.ts'
import { HOME_DIR, PKG_DIR, TEMPORARY } from './markers.ts'
import { resolvePath } from './places.ts'

/** How a program names the files that it writes. */
type Form = (args: readonly string[], call: Call) => readonly string[]

const words = (args: readonly string[]) => {
  const end = args.indexOf('--')
  if (end === -1) return args.filter((word) => !word.startsWith('-') || word === '-')
  return [...args.slice(0, end).filter((word) => !word.startsWith('-')), ...args.slice(end + 1)]
}

/** The value of an option, in all the ways to write it: `-t X`, `-tX`, `--target-directory=X`, `--target-directory X`. */
function optionValues(args: readonly string[], short: string, long: string): readonly string[] {
  return args.flatMap((word, index) => {
    if (long !== '' && word.startsWith(`--${long}=`)) return [word.slice(long.length + 3)]
    if (long !== '' && word === `--${long}`) return [args[index + 1] ?? '']
    if (short === '' || word.startsWith('--')) return []
    const at = /^-[A-Za-z]+/.test(word) ? word.indexOf(short, 1) : -1
    if (at === -1) return []
    const rest = word.slice(at + 1)
    return [rest === '' ? (args[index + 1] ?? '') : rest]
  })
}

/** Without the values of options that take one. */
function withoutValues(args: readonly string[], shorts: string, longs: readonly string[]): readonly string[] {
  return args.filter((_word, index) => {
    const before = args[index - 1] ?? ''
    if (longs.some((long) => before === `--${long}`)) return false
    return !(/^-[A-Za-z]+$/.test(before) && shorts.includes(before.at(-1) ?? ''))
  })
}

const last: Form = (args) => words(args).slice(-1)
const all: Form = (args) => words(args)
const allButFirst: Form = (args) => words(args).slice(1)

const copied: Form = (args) => {
  const into = optionValues(args, 't', 'target-directory')
  if (into.length > 0) return into
  const named = words(withoutValues(args, 'S', ['suffix', 'backup', 'context']))
  return named.length > 1 ? named.slice(-1) : []
}

const moved: Form = (args, call) => [
  ...copied(args, call),
  ...words(withoutValues(args, 'tS', ['target-directory', 'suffix'])),
]

const installed: Form = (args) => {
  const plain = withoutValues(args, 'mogtS', [
    'mode',
    'owner',
    'group',
    'target-directory',
    'suffix',
    'strip-program',
  ])
  if (
    args.some((word) => /^-[A-Za-z]*d/.test(word) && !/^-[A-Za-z]*m/.test(word)) ||
    args.includes('--directory')
  ) {
    return words(plain)
  }
  const into = optionValues(args, 't', 'target-directory')
  return into.length > 0 ? into : words(plain).slice(-1)
}

const linked: Form = (args) => {
  const into = optionValues(args, 't', 'target-directory')
  if (into.length > 0) return into
  const named = words(withoutValues(args, 'S', ['suffix']))
  // With one word the link gets its name, in the folder that this runs in.
  return named.length > 1 ? named.slice(-1) : ['.']
}

const edited: Form = (args) => {
  if (!args.some((word) => /^-[A-Za-z]*i/.test(word) || word.startsWith('--in-place'))) return []
  const scripts = args.some((word) => /^-[A-Za-z]*[ef]$/.test(word) || /^--(?:expression|file)/.test(word))
  const plain = words(withoutValues(args, 'ef', ['expression', 'file']))
  return scripts ? plain : plain.slice(1)
}

const unpacked: Form = (args) => {
  const into = [...optionValues(args, 'C', 'directory'), ...optionValues(args, '', 'one-top-level')]
  const isCreating = args.some(
    (word, index) =>
      /^-?[A-Za-z]*c/.test(word) && (index === 0 || word.startsWith('-')) && !word.startsWith('--'),
  )
  // `tar xCf DIR FILE`: the values follow in the order of their letters.
  const bundle = /^[A-Za-z]*C[A-Za-z]*$/.test(args[0] ?? '') ? (args[0] ?? '') : ''
  if (bundle !== '') {
    const before = [...bundle.slice(0, bundle.indexOf('C'))].filter((letter) =>
      'fbTXgIN'.includes(letter),
    ).length
    into.push(args[1 + before] ?? '')
  }
  const archive = isCreating ? optionValues(args, 'f', 'file').filter((path) => path !== '-') : []
  return [...(isCreating ? [] : into), ...archive, ...(args.some(keepsAbsoluteNames) ? ['/'] : [])]
}

/** `-xPf`, and names that are given a slash in front. */
function keepsAbsoluteNames(word: string, index: number): boolean {
  if (word === '--absolute-names' || /^-[A-Za-z]*P/.test(word)) return true
  return (
    (index === 0 && /^[A-Za-z]*x[A-Za-z]*P|^[A-Za-z]*P[A-Za-z]*x/.test(word)) ||
    /^(?:--(?:transform|xform)=)?s(.).*?\1\//.test(word)
  )
}

/** What `-delete` deletes, and the lists that are written. */
const found: Form = (args) => {
  const first = args.findIndex((word, index) => /^[-(!]/.test(word) && !(index < 4 && /^-[LHPO]/.test(word)))
  const folders = (first === -1 ? args : args.slice(0, first)).filter((word) => !word.startsWith('-'))
  const lists = args.filter((_word, index) => /^-f(?:print0?|printf|ls)$/.test(args[index - 1] ?? ''))
  return args.includes('-delete') ? [...(folders.length === 0 ? ['.'] : folders), ...lists] : lists
}

const fetched: Form = (args) => [
  ...optionValues(args, 'o', 'output').filter((path) => path !== '-'),
  ...optionValues(args, 'O', 'output-document').filter((path) => path !== '-'),
  ...optionValues(args, 'P', 'directory-prefix'),
]

const cloned: Form = (args) => {
  const plain = words(
    withoutValues(args, 'bCocju', [
      'branch',
      'depth',
      'config',
      'origin',
      'reference',
      'jobs',
      'recurse-submodules',
      'template',
      'git-dir',
      'work-tree',
    ]),
  )
  if (plain[0] === 'clone') return plain.slice(2, 3)
  if (plain[0] === 'config' && args.some((word) => word === '--global' || word === '--system'))
    return [`${HOME_DIR}/.gitconfig`]
  if (plain[0] === 'worktree' && plain[1] === 'add') return plain.slice(2, 3)
  // `git -C X` works in X.
  return args.flatMap((word, index) => (word === '-C' ? [args[index + 1] ?? ''] : [])).slice(0, 1)
}

const FORMS: ReadonlyMap<string, Form> = new Map<string, Form>([
  ['cp', copied],
  ['mv', moved],
  ['install', installed],
  ['ginstall', installed],
  ['ln', linked],
  ['link', last],
  ['rsync', last],
  ['mkdir', (args) => words(withoutValues(args, 'm', ['mode']))],
  ['mkfifo', all],
  ['mknod', (args) => words(args).slice(0, 1)],
  ['touch', (args) => words(withoutValues(args, 'rdt', ['reference', 'date', 'time']))],
  ['rm', all],
  ['rmdir', all],
  ['unlink', all],
  ['shred', all],
  ['truncate', (args) => words(withoutValues(args, 'sr', ['size', 'reference']))],
  [
    'chmod',
    (args) =>
      args.some((word) => word.startsWith('--reference')) ? all(args, noCall) : allButFirst(args, noCall),
  ],
  ['chown', allButFirst],
  ['chgrp', allButFirst],
  ['chattr', allButFirst],
  ['setfacl', last],
  ['tee', all],
  ['sponge', all],
  ['dd', (args) => args.flatMap((word) => (word.startsWith('of=') ? [word.slice(3)] : []))],
  ['sed', edited],
  ['gsed', edited],
  ['perl', edited],
  ['tar', unpacked],
  ['bsdtar', unpacked],
  ['gtar', unpacked],
  ['unzip', (args) => optionValues(args, 'd', '')],
  ['7z', (args) => args.flatMap((word) => (/^-o./.test(word) ? [word.slice(2)] : []))],
  [
    'cpio',
    (args) => [
      ...optionValues(args, 'D', 'directory'),
      ...(args.includes('--absolute-filenames') ? ['/'] : []),
    ],
  ],
  [
    'patch',
    (args) => [
      ...optionValues(args, 'o', 'output'),
      ...optionValues(args, 'd', 'directory'),
      ...words(withoutValues(args, 'ipoFdBzrVYg', ['input', 'strip', 'output', 'directory', 'fuzz'])).slice(
        0,
        1,
      ),
    ],
  ],
  ['find', found],
  [
    'openssl',
    (args) => optionValues(args, '', 'out').concat(args.filter((_word, index) => args[index - 1] === '-out')),
  ],
  ['gpg', (args) => optionValues(args, 'o', 'output')],
  ['uudecode', (args) => optionValues(args, 'o', 'output-file')],
  [
    'rustup',
    (args) =>
      /^(?:default|override|update|self|set)$/.test(words(args)[0] ?? '') ? [`${HOME_DIR}/.rustup`] : [],
  ],
  ['curl', fetched],
  ['wget', fetched],
  ['git', cloned],
  ['sort', (args) => optionValues(args, 'o', 'output')],
  ['csplit', (args) => optionValues(args, 'f', 'prefix')],
  ['split', (args) => words(args).slice(1, 2)],
  [
    'cd',
    (args) =>
      words(args)
        .filter((word) => word !== '-')
        .slice(0, 1)
        .flatMap((word) => (word === '' ? [] : [word])),
  ],
  [
    'mktemp',
    (args) =>
      words(args).length === 0 || args.some((word) => /^-[a-z]*t/.test(word))
        ? [TEMPORARY]
        : words(args).slice(-1),
  ],
])
const noCall: Call = {
  program: null,
  path: '',
  args: [],
  wrappers: [],
  assigned: [],
  input: { kind: 'build' },
  folder: '',
  place: { line: 1, within: null },
}

/** The files and folders that a command writes, resolved; what only reads has none. */
export function targetsOf(call: Call, deeds: ScriptReading): readonly string[] {
  const { program, args, folder, path } = call
  if (program === null || deeds.functions.has(path)) return []
  if (program === 'cd' || program === 'pushd') return folderTargets(call)
  const form = FORMS.get(program)
  const named = form === undefined ? outputsOf(program, args) : form(args, call)
  const targets = [...named, ...writtenByCode(call)].map((target) => resolvePath(target, folder))
  return installsToSystem(call, deeds) ? [...targets, '/usr'] : targets
}

const TOOLS =
  /^(?:gcc|g\+\+|cc|c\+\+|clang(?:\+\+)?|nvcc|hipcc|ld|lld|mold|ar|as|nasm|strip|objcopy|rustc|go|protoc|javac|jar|zip|convert|magick|ffmpeg|pandoc|upx|patchelf|tsc|esbuild)$/

/** What compilers and their like write: `-o FILE`. */
function outputsOf(program: string, args: readonly string[]): readonly string[] {
  if (program === 'pip' || program === 'pip3') return args.includes('--user') ? [HOME_DIR] : []
  if (/^(?:npm|pnpm|yarn)$/.test(program)) return optionValues(args, '', 'prefix')
  if (!TOOLS.test(program)) return []
  return optionValues(args, '', 'output').concat(
    args.flatMap((word, index) =>
      word === '-o' ? [args[index + 1] ?? ''] : /^-o\//.test(word) ? [word.slice(2)] : [],
    ),
  )
}

const WRITING_CODE =
  /\bopen\s*\(|\bwrite|\bprint|>>?|unlink|remove|rmtree|rename|move|copy|symlink|mkdir|makedirs|chmod|chown|File\.|Path\s*\(|appendFile/
/** A path of the machine in a text of code: of the temporary and configuration folders, of devices, of homes. */
const CODE_PATH =
  /["'`<>\s(](\/(?:etc|tmp|var|root|home|boot|opt|usr\/(?:local\/)?s?bin|dev\/(?!null|std|fd))[\w./-]*|~\/[\w./-]*)/g

/** The home folder in such a text. */
export const CODE_HOME =
  /\bhomedir\s*\(|Path\.home\s*\(|expanduser|\bDir\.home|\b(?:ENV|environ|env|getenv)\b.{0,3}HOME\b/

/** Paths outside of the build in code that awk, sed, Python and their like are given, where that code writes. */
function writtenByCode(call: Call): readonly string[] {
  const { program, args } = call
  if (program === null || !/^(?:g?awk|mawk|nawk|g?sed|python[\d.]*|perl|ruby|node|lua|php)$/.test(program))
    return []
  const isSed = /sed$/.test(program)
  const texts = [...args.filter((word) => /\s|\(/.test(word)), ...(isSed ? [] : codeTexts(call))]
  return texts.flatMap((text) => {
    if (isSed) return [...text.matchAll(/(?:^|[\s;/}|#,\d$])w\s+((?:\/|~)\S+)/g)].map(([, path = '']) => path)
    const written = /awk$/.test(program) ? />\s*"/.test(text) : WRITING_CODE.test(text)
    if (!written) return []
    const paths = [...text.matchAll(CODE_PATH)].map(([, path = '']) => path.replace(/^~/, HOME_DIR))
    return CODE_HOME.test(text) ? [...paths, HOME_DIR] : paths
  })
}

/** A build that goes to another folder writes there, whatever it runs; it may look into that of its PKGBUILD. */
function folderTargets({ args, folder }: Call): readonly string[] {
  const target = args.find((word) => !/^-[LPe@]$/.test(word) && word !== '--')
  if (target === '-') return []
  if (target === undefined) return [HOME_DIR]
  const resolved = resolvePath(target, folder)
  return /^(?:\/\ue002|\ue008)/.test(resolved) ? [] : [resolved]
}

/** `make install` and its like, where neither the call nor anything before it says `$pkgdir`. */
function installsToSystem(call: Call, deeds: ScriptReading): boolean {
  const { program, args, assigned } = call
  if (program === null || !isInstallation(program, args)) return false
  const saysPackage = (text: string) => text.includes(PKG_DIR)
  if ([...args, ...assigned].some(saysPackage)) return false
  const isConfigured = deeds.calls.some((other) =>
    other.args.some((word) => /prefix|DESTDIR|root/i.test(word) && saysPackage(word)),
  )
  return !isConfigured && !deeds.settings.some(({ texts }) => texts.some(saysPackage))
}

function isInstallation(program: string, args: readonly string[]): boolean {
  const plain = args.filter((word) => !word.startsWith('-') && !word.includes('='))
  switch (program) {
    case 'make':
    case 'gmake':
    case 'ninja':
    case 'samu':
      return plain.some((word) => /^install(?:[-_/].*)?$/.test(word))
    case 'meson':
      return plain[0] === 'install'
    case 'cmake':
      return (
        args[0] === '--install' ||
        (args[0] === '--build' &&
          args.some((word, index) => word === 'install' && /^(?:-t|--target)$/.test(args[index - 1] ?? '')))
      )
    case 'cargo':
      return plain[0] === 'install'
    case 'python':
    case 'python3':
      return (
        (plain[0] === 'setup.py' && plain[1] === 'install') || (args[0] === '-m' && args[1] === 'installer')
      )
    case 'npm':
      return (
        /^(?:i|install)$/.test(plain[0] ?? '') && args.some((word) => word === '-g' || word === '--global')
      )
    default:
      return false
  }
}

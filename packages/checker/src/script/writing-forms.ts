import { HOME_DIR, TEMPORARY } from './markers.ts'

/** How a program names the files that it writes, in its arguments. */
type WritingForm = (args: readonly string[]) => readonly string[]

const words = (args: readonly string[]) => {
  const end = args.indexOf('--')
  if (end === -1) return args.filter((word) => !word.startsWith('-') || word === '-')
  return [...args.slice(0, end).filter((word) => !word.startsWith('-')), ...args.slice(end + 1)]
}

/** The value of an option, in all the ways to write it: `-t X`, `-tX`, `--target-directory=X`, `--target-directory X`. */
export function optionValues(args: readonly string[], short: string, long: string): readonly string[] {
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

const last: WritingForm = (args) => words(args).slice(-1)
const all: WritingForm = (args) => words(args)
const allButFirst: WritingForm = (args) => words(args).slice(1)

const copied: WritingForm = (args) => {
  const into = optionValues(args, 't', 'target-directory')
  if (into.length > 0) return into
  const named = words(withoutValues(args, 'S', ['suffix', 'backup', 'context']))
  return named.length > 1 ? named.slice(-1) : []
}

const moved: WritingForm = (args) => [
  ...copied(args),
  ...words(withoutValues(args, 'tS', ['target-directory', 'suffix'])),
]

const installed: WritingForm = (args) => {
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

const linked: WritingForm = (args) => {
  const into = optionValues(args, 't', 'target-directory')
  if (into.length > 0) return into
  const named = words(withoutValues(args, 'S', ['suffix']))
  // With one word the link gets its name, in the folder that this runs in.
  return named.length > 1 ? named.slice(-1) : ['.']
}

const edited: WritingForm = (args) => {
  if (!args.some((word) => /^-[A-Za-z]*i/.test(word) || word.startsWith('--in-place'))) return []
  const scripts = args.some((word) => /^-[A-Za-z]*[ef]$/.test(word) || /^--(?:expression|file)/.test(word))
  const plain = words(withoutValues(args, 'ef', ['expression', 'file']))
  return scripts ? plain : plain.slice(1)
}

const unpacked: WritingForm = (args) => {
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
function keepsAbsoluteNames(word: string, index: number, args: readonly string[]): boolean {
  if (word === '--absolute-names' || /^-[A-Za-z]*P/.test(word)) return true
  if (index === 0 && /^[A-Za-z]*x[A-Za-z]*P|^[A-Za-z]*P[A-Za-z]*x/.test(word)) return true
  const [, attached] = /^--(?:transform|xform)=(.*)$/s.exec(word) ?? []
  const change = attached ?? (/^--(?:transform|xform)$/.test(args[index - 1] ?? '') ? word : '')
  return /^s(.).*?\1\//.test(change)
}

/** What `-delete` deletes, and the lists that are written. */
const found: WritingForm = (args) => {
  const first = args.findIndex((word, index) => /^[-(!]/.test(word) && !(index < 4 && /^-[LHPO]/.test(word)))
  const folders = (first === -1 ? args : args.slice(0, first)).filter((word) => !word.startsWith('-'))
  const lists = args.filter((_word, index) => /^-f(?:print0?|printf|ls)$/.test(args[index - 1] ?? ''))
  return args.includes('-delete') ? [...(folders.length === 0 ? ['.'] : folders), ...lists] : lists
}

const fetched: WritingForm = (args) => [
  ...optionValues(args, 'o', 'output').filter((path) => path !== '-'),
  ...optionValues(args, 'O', 'output-document').filter((path) => path !== '-'),
  ...optionValues(args, 'P', 'directory-prefix'),
]

const cloned: WritingForm = (args) => {
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

/** By the program. */
export const WRITING_FORMS: ReadonlyMap<string, WritingForm> = new Map<string, WritingForm>([
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
  ['chmod', (args) => (args.some((word) => word.startsWith('--reference')) ? all(args) : allButFirst(args))],
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

import type { Call } from './calls.ts'
import { isUnknown, UNKNOWN } from './markers.ts'

/** Programs that run what they are given as a script of the shell. */
export const SHELLS: ReadonlySet<string> = new Set([
  'sh',
  'bash',
  'rbash',
  'dash',
  'ash',
  'zsh',
  'ksh',
  'mksh',
  'fish',
  'csh',
  'tcsh',
  'yash',
])

/** A text that is run by a shell, the words of a command that is run, or null where neither is known. */
export interface ShellText {
  readonly text: string | readonly string[] | null
  readonly why: string
}

const UNTOLD = 'runs a text that only running it would tell'

/** What a command runs besides itself: `sh -c TEXT`, `trap TEXT`, `alias x=TEXT`, `find -exec COMMAND` and their like. */
export function shellTexts(call: Call, functions: ReadonlySet<string>): readonly ShellText[] {
  const { program } = call
  if (program === null) {
    return call.wrappers.length > 0 || call.path !== ''
      ? [{ text: null, why: 'is a command that only running the script would tell' }]
      : []
  }
  if (functions.has(call.path)) return []
  // No program is named so: another IFS makes several words of it.
  if (SEVERAL_WORDS.test(call.path)) {
    return [{ text: null, why: 'is a command that only running the script would tell' }]
  }
  return [...givenCommands(call), ...ownTexts(call)]
}

const SEVERAL_WORDS = /.[,;:|]|[,;|]./
const RUN_BY_VALUE =
  /(?:^|[;&|`(]\s*)(?:\/\S*\/)?(?:sh|bash|dash|zsh|curl|wget|nc|ncat|python3?|perl|ruby|node|eval|sudo)[\s;]/

/** What the variables of a build are told to run in the place of a compiler: `make CC='sh -c …'`. */
function givenCommands({ args, assigned }: Call): readonly ShellText[] {
  return [...args, ...assigned].flatMap((word) => {
    const value = /^(?:-D)?[A-Za-z_][\w:.-]*=["']?([\s\S]*?)["']?$/.exec(word)?.[1] ?? ''
    return RUN_BY_VALUE.test(value) ? [known(value)] : []
  })
}

function ownTexts(call: Call): readonly ShellText[] {
  const { program, args } = call
  if (program === null) return []
  if (SHELLS.has(program)) return shellArguments(args)
  switch (program) {
    case 'trap':
      return args.length > 1 && !args[0]?.startsWith('-') ? [known(args[0] ?? '')] : []
    case 'alias':
      return args.flatMap((word) => (word.includes('=') ? [known(word.slice(word.indexOf('=') + 1))] : []))
    case 'eval':
      return [known(args.join(' '))].filter(({ text }) => text !== null)
    case 'find':
    case 'fd':
      return execArguments(args)
    case 'xargs':
    case 'parallel':
      return []
    case 'gcc':
    case 'g++':
    case 'cc':
    case 'c++':
      return valuesOf(args, '-wrapper').map((value) => ({ text: value.split(','), why: UNTOLD }))
    case 'zip':
      return valuesOf(args, '-TT', '--unzip-command').map(known)
    case 'cmake':
      return args[0] === '-E' && (args[1] === 'env' || args[1] === 'time')
        ? [{ text: ['env', ...args.slice(2)], why: UNTOLD }]
        : []
    case 'script':
    case 'su':
    case 'runuser': {
      const at = args.findIndex((word) => /^-[a-z]*c$/.test(word) || word === '--command')
      return at === -1 ? [] : [known(args[at + 1] ?? '')]
    }
    default:
      return []
  }
}

/** The words behind options. */
function valuesOf(args: readonly string[], ...options: readonly string[]): string[] {
  return args.flatMap((_, index) => (options.includes(args[index - 1] ?? '') ? (args[index] ?? '') : []))
}

/** `-c TEXT`, also as `-ec TEXT`; the rest is a file or comes from elsewhere. */
function shellArguments(args: readonly string[]): readonly ShellText[] {
  let takesText = false
  let index = 0
  for (; index < args.length; index += 1) {
    const word = args[index] ?? ''
    if (word === '--' || word === '-' || !/^[-+]/.test(word)) break
    if (/^-[a-zA-Z]*c[a-zA-Z]*$/.test(word)) takesText = true
    // A name follows, or a file.
    if (/^[-+][a-zA-Z]*[oO]$|^--(?:rcfile|init-file)$/.test(word)) index += 1
  }
  if (!takesText) return []
  const text = args.slice(index).find((word) => word !== '--')
  return text === undefined ? [{ text: null, why: UNTOLD }] : [known(text)]
}

function known(text: string): ShellText {
  // A text that is unknown in places may still be read; one that begins with the unknown may be anything.
  const isRunnable = !isUnknown(text) || /^[a-z_./-]{2,}\s/.test(text)
  return { text: isRunnable ? text.replaceAll(UNKNOWN, '"$_unknown_"') : null, why: UNTOLD }
}

function execArguments(args: readonly string[]): readonly ShellText[] {
  const found: ShellText[] = []
  // Whatever lies below the first of the folders that are searched.
  const below = `${args.find((word) => !word.startsWith('-')) ?? '.'}/${UNKNOWN}`
  for (let index = 0; index < args.length; index += 1) {
    if (!/^(?:-exec|-execdir|-ok|-okdir|-x|-X|--exec|--exec-batch)$/.test(args[index] ?? '')) continue
    const rest = args.slice(index + 1)
    const end = rest.findIndex((word) => word === ';' || word === '+')
    const command = end === -1 ? rest : rest.slice(0, end)
    if (command.length > 0)
      found.push({
        text: command.map((word, at) => (at === 0 ? word : word.replace(/^\{\}/, below))),
        why: UNTOLD,
      })
  }
  return found
}

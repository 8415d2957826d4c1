import type { Problem, Rule } from '../../rule.ts'
import type { Call } from '../../script/calls.ts'
import { codeTexts, isCodeRunner } from '../../script/code-texts.ts'
import { isUnknown, shown } from '../../script/markers.ts'
import type { CheckedWorker } from '../../worker/checked-worker.ts'
import { inDeeds } from '../../worker/script-problems.ts'

/** A program with such a bit, or with capabilities, has the rights of root whoever starts it. */
export const setuid: Rule<CheckedWorker> = {
  id: 'setuid',
  severity: 'error',
  summary: 'no file gets the rights of its owner or capabilities',
  check: (worker): readonly Problem[] =>
    inDeeds(worker, ({ calls }) =>
      calls.flatMap((call) => {
        const what = problemOf(call) ?? codeProblem(call)
        return what === null
          ? []
          : [
              {
                line: call.place.line,
                reason: what,
                cure: 'install it as 755; a worker needs no more rights than who runs it',
              },
            ]
      }),
    ),
}

function problemOf({ program, args }: Call): string | null {
  switch (program) {
    case 'setcap':
      return 'setcap gives a file capabilities'
    case 'setfattr':
      return args.some((word) => /security\./.test(word)) ? 'setfattr gives a file capabilities' : null
    case 'tar':
    case 'bsdtar':
    case 'rsync': {
      const mode = args.flatMap((word) => /^--(?:mode|chmod)=(.*)$/s.exec(word)?.[1] ?? []).find(isSpecial)
      return mode === undefined ? null : `${program} with the mode ${shown(mode)} sets such a bit, or may`
    }
    case 'mknod':
      return 'mknod makes a device'
    case 'chmod': {
      const like = args.find((word) => /^--reference=\/[^\ue000\ue001]/.test(word))
      if (like !== undefined)
        return `chmod takes over the mode of ${shown(like.slice('--reference='.length))}`
      const mode = args.find((word) => !/^-(?:[Rvcf]+|-.*)$/.test(word))
      return mode !== undefined && isSpecial(mode) ? `chmod ${shown(mode)} sets such a bit, or may` : null
    }
    case 'install':
    case 'mkdir': {
      const mode = modesOf(args).find(isSpecial)
      return mode === undefined ? null : `${program} with the mode ${shown(mode)} sets such a bit, or may`
    }
    case 'cp': {
      const keeps = args.some((word) => /^-[a-zA-Z]*[ap]|^--(?:preserve|archive)/.test(word))
      const from = args.find((word) => /^\/(?:usr\/)?(?:local\/)?s?bin\//.test(word))
      return keeps && from !== undefined ? `cp takes over the mode of ${shown(from)}` : null
    }
    default:
      return null
  }
}

/** `os.chmod("x", 0o4755)` in the code that Python, Perl and their like are given. */
function codeProblem(call: Call): string | null {
  if (call.program === null || !isCodeRunner(call.program)) return null
  const sets = codeTexts(call).some((text) => /chmod[^;\n]*?\b0?o?[2467][0-7]{3}\b/i.test(text))
  return sets ? `${call.program} is given code that sets such a bit` : null
}

function modesOf(args: readonly string[]): readonly string[] {
  return args.flatMap((word, index) => {
    if (word.startsWith('--mode=')) return [word.slice('--mode='.length)]
    const next = args[index + 1] ?? ''
    if (word === '--mode') return [next]
    const short = /^-[A-Za-z]*?m(.*)$/s.exec(word)
    return short === null || word.startsWith('--') ? [] : [short[1] || next]
  })
}

/** Octal from 2000 on, except the sticky bit alone; or an `s` that is added. */
function isSpecial(mode: string): boolean {
  if (isUnknown(mode)) return true
  if (/^0*[0-7]+$/.test(mode)) return (Number.parseInt(mode, 8) & 0o6000) !== 0
  return /[+=][rwxXtugo]*s/.test(mode)
}

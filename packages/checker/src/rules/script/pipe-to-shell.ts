import type { Problem, Rule } from '../../rule.ts'
import type { Call, ScriptReading } from '../../script/calls.ts'
import { shown } from '../../script/markers.ts'
import { resolvePath } from '../../script/places.ts'
import { runFile } from '../../script/run-files.ts'
import { SHELLS } from '../../script/shell-texts.ts'
import { targetsOf } from '../../script/targets.ts'
import type { CheckedWorker } from '../../worker/checked-worker.ts'
import { inDeeds } from '../../worker/script-problems.ts'

/** Programs that run what they read, where they are given no file. */
const INTERPRETERS =
  /^(?:python[\d.]*|pypy3?|perl[\d.]*|ruby[\d.]*|node|nodejs|deno|bun|lua[\d.]*|luajit|php[\d.]*|tclsh[\d.]*|guile|osascript|pwsh|Rscript|ed|ex|vim?|nvim|emacs|at|batch|crontab|m4|awk|gawk)$/
/** Languages whose texts are looked into instead. */
const SCANNED =
  /^(?:python[\d.]*|pypy3?|perl[\d.]*|ruby[\d.]*|node|nodejs|lua[\d.]*|php[\d.]*|g?awk|ed|ex|m4)$/
/** Places where bash finds what another command writes. */
const STREAM_FILE = /^(?:\/dev\/(?:stdin|fd\/.*)|\/proc\/self\/fd\/.*|-)$/

/** What a command writes is known to nobody before it runs: it may be decoded, or come from the network. */
export const pipeToShell: Rule<CheckedWorker> = {
  id: 'pipe-to-shell',
  severity: 'error',
  summary: 'no interpreter runs what another command writes, or a download',
  check: (worker): readonly Problem[] =>
    inDeeds(worker, (deeds) => {
      const written = writtenByCommands(deeds)
      return deeds.calls.flatMap((call) => {
        const reason =
          reasonOf(call) ??
          (written.has(runFile(call) ?? '') ? `${shown(call.path)} runs what another command wrote` : null)
        return reason === null
          ? []
          : [
              {
                line: call.place.line,
                reason,
                cure: 'put the script into source=() with its checksum, and run that file',
              },
            ]
      })
    }),
}

/** Files whose contents come out of a command: nobody knows them before it runs. */
function writtenByCommands(deeds: ScriptReading): ReadonlySet<string> {
  const piped = deeds.calls.filter(({ program }) =>
    /^(?:tee|dd|sponge|openssl|uudecode|gpg2?)$/.test(program ?? ''),
  )
  const redirected = deeds.writes.filter(({ text }) => text === null).map(({ path }) => path)
  const written = new Set([...redirected, ...piped.flatMap((call) => targetsOf(call, deeds))])
  for (const call of deeds.calls) {
    if (!/^(?:cp|mv|ln|install)$/.test(call.program ?? '')) continue
    const isCopy = call.args.some((word) => written.has(resolvePath(word, call.folder)))
    if (isCopy) for (const target of targetsOf(call, deeds)) written.add(target)
  }
  return written
}

function reasonOf(call: Call): string | null {
  const { program, args, input, wrappers } = call
  if (program === null) return null
  const isShell = SHELLS.has(program)
  if (program === 'source' || program === '.') {
    return STREAM_FILE.test(args[0] ?? '') ? `${program} runs what ${shown(args[0] ?? '')} holds` : null
  }
  if (!isShell && !INTERPRETERS.test(program)) return null
  if (isShell && wrappers.some((name) => name === 'xargs' || name === 'parallel') && !takesOwnText(args)) {
    return `${program} runs what ${wrappers.at(-1)} hands to it`
  }
  const file = args.find((word) => !word.startsWith('-') && !word.startsWith('+'))
  const streamed = args.find((word) => STREAM_FILE.test(word))
  if (streamed !== undefined && (isShell || input.kind !== 'build' || streamed !== '-')) {
    return `${program} runs what ${streamed === '-' ? 'it reads' : shown(streamed)} holds`
  }
  const readsInput = isShell
    ? !takesText(args) && (file === undefined || args.some((word) => /^-[a-z]*s/.test(word)))
    : !takesCode(program, args) && file === undefined
  if (!readsInput) return null
  switch (input.kind) {
    case 'pipe':
      return `${program} runs what another command writes`
    case 'text':
      return isShell || !SCANNED.test(program) ? `${program} runs a text that it is handed` : null
    case 'file':
      return isShell ? `${program} runs what it reads from ${shown(input.path)}` : null
    case 'build':
      return null
  }
}

/** A text of one word is what stands for the words that are read: `xargs -I{} sh -c {}`. */
function takesOwnText(args: readonly string[]): boolean {
  const text = args[args.findIndex((word) => /^-[a-zA-Z]*c/.test(word)) + 1]
  return takesText(args) && text !== undefined && /\S\s+\S/.test(text)
}

function takesText(args: readonly string[]): boolean {
  return args.some((word) => /^-[a-zA-Z]*c/.test(word))
}

function takesCode(program: string, args: readonly string[]): boolean {
  if (/^(?:awk|gawk|m4|at|batch|crontab|ed|ex|vim?|nvim|emacs)$/.test(program)) return true
  return args.some((word) => /^-(?:[a-zA-Z]*[ceEpmnV]|-(?:eval|print|version|help))/.test(word))
}

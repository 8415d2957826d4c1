import type { CompletionFlag, CompletionPlace, CompletionTree } from './completion-tree.ts'
import { fishQuoted, functionName } from './quoting.ts'

/** The script for fish: one line for every command and flag, each under the condition of its place. */
export function fishScript({ program, places }: CompletionTree): string {
  const name = `_${functionName(program)}`
  return `# Completion of ${program} in fish.
function ${name}_at
    set -l at
    set -l skip 0
    for word in (commandline -opc)[2..-1]
        if test $skip = 1
            set skip 0
            continue
        end
        switch "$at:$word"
            case '*:--'
                return 1
${switchCases(places)}
        end
    end
    test "$at" = "$argv[1]"
end
function ${name}_names
    set -l home $RBEE_HOME
    test -n "$home"; or set home $HOME/.cache/rbee
    set -l files
    switch $argv[1]
        case installed
            set files $home/workers/*/active.json
        case running
            set files $home/running/*.json
    end
    for file in $files
        string replace -- "$home/" '' $file | string split -f 2 / | string replace -r '\\.json$' '' | string match -r '^[a-z0-9-]+$'
    end
end
complete -c ${program} -f
complete -c ${program} -n 'contains -- -- (commandline -opc)' -F
${places.flatMap((place) => linesOf(program, name, place)).join('\n')}
`
}

function switchCases(places: readonly CompletionPlace[]): string {
  return places
    .flatMap(({ at, flags, commands }) => [
      ...flags
        .filter(({ value }) => value !== 'none')
        .map((flag) => `            case ${fishQuoted(`${at}:${flag.name}`)}\n                set skip 1`),
      ...commands.map((inner) => {
        const next = at === '' ? inner.name : `${at} ${inner.name}`
        return `            case ${fishQuoted(`${at}:${inner.name}`)}\n                set at ${fishQuoted(next)}`
      }),
    ])
    .join('\n')
}

function linesOf(program: string, name: string, place: CompletionPlace): string[] {
  const condition = `complete -c ${program} -n ${fishQuoted(`${name}_at ${fishQuoted(place.at)}`)}`
  const commands = place.commands.map(
    (inner) => `${condition} -a ${fishQuoted(inner.name)} -d ${fishQuoted(inner.summary)}`,
  )
  const flags = place.flags.map(
    (flag) => `${condition} ${flagOptions(flag)} -d ${fishQuoted(flag.description)}`,
  )
  return [...commands, ...flags, ...argumentLines(condition, name, place.argument)]
}

function flagOptions({ name, value }: CompletionFlag): string {
  const flag = name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`
  switch (value) {
    case 'none':
      return flag
    case 'file':
      return `${flag} -r -F`
    case 'other':
      return `${flag} -x`
  }
}

function argumentLines(condition: string, name: string, argument: CompletionPlace['argument']): string[] {
  switch (argument) {
    case 'files':
      return [`${condition} -F`]
    case 'installed':
    case 'running':
      return [`${condition} -a ${fishQuoted(`(${name}_names ${argument})`)}`]
    case 'shell':
      return [`${condition} -a 'bash zsh fish'`]
    case null:
      return []
  }
}

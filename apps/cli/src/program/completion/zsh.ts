import { commandCases, valueCases } from './bash.ts'
import type { CompletionPlace, CompletionTree } from './completion-tree.ts'
import { functionName, posixQuoted } from './quoting.ts'

/** The script for zsh, to be read after `compinit`, or to lie as a file `_PROGRAM` in its `fpath`. */
export function zshScript({ program, places }: CompletionTree): string {
  const name = functionName(program)
  return `#compdef ${program}
# Completion of ${program} in zsh.
${name}_names() {
  local file word
  local -a names
  for file in "\${RBEE_HOME:-$HOME/.cache/rbee}"/\${~1}(N); do
    word=\${file#"\${RBEE_HOME:-$HOME/.cache/rbee}"/*/}
    word=\${word%%[./]*}
    [[ $word =~ '^[a-z0-9-]+$' ]] && names+=("$word")
  done
  compadd -a names
}
${name}() {
  local cur=\${words[CURRENT]} prev=\${words[CURRENT-1]} at='' word i
  local -a list
  for ((i = 2; i < CURRENT; i++)); do
    word=\${words[i]}
    case "$at:$word" in
      *:--)
        _files
        return
        ;;
${valueCases(places, '((i++))')}
${commandCases(places)}
    esac
  done
  if [[ $cur == --*=* ]]; then
    prev=\${cur%%=*}
    compset -P '*='
  fi
  case "$at:$prev" in
${valueCases(places, 'return', 'other')}
${valueCases(places, '_files; return', 'file')}
  esac
  case "$at" in
${places.map((place) => `    ${posixQuoted(place.at)})\n${offers(place, name)}\n      ;;`).join('\n')}
  esac
}
if [[ $funcstack[1] == ${name} ]]; then
  ${name} "$@"
else
  compdef ${name} ${program}
fi
`
}

function offers({ flags, commands, argument }: CompletionPlace, name: string): string {
  const described = (items: readonly { readonly name: string; readonly text: string }[]) =>
    items.map((item) => posixQuoted(`${item.name}:${item.text}`)).join(' ')
  const flagList = flags.map((flag) => ({ name: flag.name, text: flag.description }))
  const commandList = commands.map((inner) => ({ name: inner.name, text: inner.summary }))
  const others = [
    ...(commandList.length === 0 ? [] : [`list=(${described(commandList)})`, '_describe command list']),
    ...argumentOffers(argument, name),
  ]
  return [
    '      if [[ $cur == -* ]]; then',
    `        list=(${described(flagList)})`,
    '        _describe option list',
    '      else',
    ...(others.length === 0 ? ['        :'] : others.map((line) => `        ${line}`)),
    '      fi',
  ].join('\n')
}

function argumentOffers(argument: CompletionPlace['argument'], name: string): string[] {
  switch (argument) {
    case 'files':
      return ['_files']
    case 'installed':
      return [`${name}_names 'workers/*/active.json'`]
    case 'running':
      return [`${name}_names 'running/*.json'`]
    case 'shell':
      return ['compadd bash zsh fish']
    case null:
      return []
  }
}

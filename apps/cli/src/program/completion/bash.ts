import type { CompletionPlace, CompletionTree } from './completion-tree.ts'
import { functionName, posixQuoted } from './quoting.ts'

/**
 * The script for bash, from version 3.2 on, which macOS brings. Words are compared one by one instead of being given to
 * `compgen -W`, because that would expand what is in them: names of files come from the disk.
 */
export function bashScript({ program, places }: CompletionTree): string {
  const name = functionName(program)
  return `# Completion of ${program} in bash.
${name}_offer() {
  local word
  for word in "$@"; do
    [[ $word == "$cur"* ]] && COMPREPLY+=("$word")
  done
}
${name}_files() {
  local file
  type compopt >/dev/null 2>&1 && compopt -o filenames
  while IFS= read -r file; do COMPREPLY+=("$file"); done < <(compgen -f -- "$cur")
}
${name}_names() {
  local file word
  for file in "\${RBEE_HOME:-$HOME/.cache/rbee}"/$1; do
    word=\${file#"\${RBEE_HOME:-$HOME/.cache/rbee}"/*/}
    word=\${word%%[./]*}
    [[ -e $file && $word =~ ^[a-z0-9-]+$ ]] && ${name}_offer "$word"
  done
}
${name}() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} at='' word i
  COMPREPLY=()
  if [[ $cur == = ]]; then
    cur=''
  elif [[ $prev == = ]]; then
    prev=\${COMP_WORDS[COMP_CWORD-2]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    case "$at:$word" in
      *:--)
        ${name}_files
        return
        ;;
${valueCases(places, '((i++)); [[ ${COMP_WORDS[i]} == = ]] && ((i++))')}
${commandCases(places)}
    esac
  done
  case "$at:$prev" in
${valueCases(places, 'return', 'other')}
${valueCases(places, `${name}_files; return`, 'file')}
  esac
  case "$at" in
${places.map((place) => `    ${posixQuoted(place.at)})\n${offers(place, name)}\n      ;;`).join('\n')}
  esac
}
complete -F ${name} ${program}
`
}

/** One case for all flags that take a value; `kind` limits it to one kind of value. */
export function valueCases(
  places: readonly CompletionPlace[],
  action: string,
  kind?: 'file' | 'other',
): string {
  const patterns = places.flatMap(({ at, flags }) =>
    flags
      .filter(({ value }) => (kind === undefined ? value !== 'none' : value === kind))
      .map((flag) => posixQuoted(`${at}:${flag.name}`)),
  )
  return patterns.length === 0 ? '' : `      ${patterns.join(' | ')}) ${action} ;;`
}

/** How each command leads to its place. */
export function commandCases(places: readonly CompletionPlace[]): string {
  return places
    .flatMap(({ at, commands }) =>
      commands.map(({ name }) => {
        const next = at === '' ? name : `${at} ${name}`
        return `      ${posixQuoted(`${at}:${name}`)}) at=${posixQuoted(next)} ;;`
      }),
    )
    .join('\n')
}

function offers({ flags, commands, argument }: CompletionPlace, name: string): string {
  const list = (words: readonly string[]) => `${name}_offer ${words.map(posixQuoted).join(' ')}`
  const others = [
    ...(commands.length === 0 ? [] : [list(commands.map((inner) => inner.name))]),
    ...argumentOffers(argument, name),
  ]
  return [
    '      if [[ $cur == -* ]]; then',
    `        ${list(flags.map((flag) => flag.name))}`,
    '      else',
    ...(others.length === 0 ? ['        :'] : others.map((line) => `        ${line}`)),
    '      fi',
  ].join('\n')
}

function argumentOffers(argument: CompletionPlace['argument'], name: string): string[] {
  switch (argument) {
    case 'files':
      return [`${name}_files`]
    case 'installed':
      return [`${name}_names 'workers/*/active.json'`]
    case 'running':
      return [`${name}_names 'running/*.json'`]
    case 'shell':
      return [`${name}_offer bash zsh fish`]
    case null:
      return []
  }
}

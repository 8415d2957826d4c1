import type { CommandSpec } from '../define.ts'

/** The command `completion` of a program: it prints a script that a shell reads at its start. */
export function completionSpec(program: string): CommandSpec {
  return {
    name: 'completion',
    arguments: '<shell>',
    summary: 'print what completes command lines in bash, zsh or fish',
    description: [
      'Prints a script for bash, zsh or fish, which then completes commands, options and files.',
      '',
      'Examples:',
      `  bash:  echo 'source <(${program} completion bash)' >> ~/.bashrc`,
      `  zsh:   echo 'source <(${program} completion zsh)' >> ~/.zshrc    (after compinit)`,
      `  fish:  ${program} completion fish > ~/.config/fish/completions/${program}.fish`,
    ].join('\n'),
    options: [],
    load: () => import('./completion.ts'),
  }
}

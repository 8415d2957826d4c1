import type { CompletedShell } from '../command.ts'
import type { ProgramSpec } from '../define.ts'
import { bashScript } from './bash.ts'
import { completionTree } from './completion-tree.ts'
import { fishScript } from './fish.ts'
import { zshScript } from './zsh.ts'

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript } as const

/** What a shell reads at its start to complete the command lines of a program. */
export function completionScript(spec: ProgramSpec, shell: CompletedShell): string {
  return SCRIPTS[shell](completionTree(spec))
}

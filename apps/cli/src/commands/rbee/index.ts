import type { ProgramSpec } from '../../program/define.ts'

export const program: ProgramSpec = {
  name: 'rbee',
  summary: 'find, install and use AI inference workers',
  commands: [],
}

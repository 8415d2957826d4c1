import type { ProgramSpec } from '../../program/define.ts'

export const program: ProgramSpec = {
  name: 'rbee-catalog',
  summary: 'run a registry of AI inference workers',
  commands: [],
}

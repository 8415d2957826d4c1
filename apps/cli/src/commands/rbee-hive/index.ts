import type { ProgramSpec } from '../../program/define.ts'

export const program: ProgramSpec = {
  name: 'rbee-hive',
  summary: 'choose, install and run AI inference workers on this machine',
  commands: [],
}

import type { ProgramSpec } from '../../program/define.ts'

export const program: ProgramSpec = {
  name: 'rbee-publish',
  summary: 'build, check and publish a worker',
  commands: [],
}

import { completionSpec } from '../../program/completion/spec.ts'
import type { ProgramSpec } from '../../program/define.ts'
import { INFO, INSTALL, LIST } from '../rbee-hive/index.ts'

export const program: ProgramSpec = {
  name: 'rbee',
  summary: 'find, install and use AI inference workers',
  commands: [
    {
      name: 'worker',
      summary: 'install, list and look at workers',
      options: [],
      commands: [INSTALL, LIST, INFO],
    },
    completionSpec('rbee'),
  ],
}

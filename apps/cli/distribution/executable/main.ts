import path from 'node:path'
import { runInProcess } from '../../src/entry/process.ts'
import type { ProgramSpec } from '../../src/program/define.ts'

/** All programs in one executable: it runs the one it is called by, by the name of a link to it or in front of the rest. */
const PROGRAMS: Readonly<Record<string, () => Promise<{ readonly program: ProgramSpec }>>> = {
  rbee: () => import('../../src/commands/rbee/index.ts'),
  'rbee-hive': () => import('../../src/commands/rbee-hive/index.ts'),
  'rbee-publish': () => import('../../src/commands/rbee-publish/index.ts'),
  'rbee-catalog': () => import('../../src/commands/rbee-catalog/index.ts'),
}

const called = path.basename(process.argv0, '.exe')
const argv = process.argv.slice(2)
const [first = ''] = argv
// In front of the rest it counts whatever the executable is called: so it starts itself again for a detached worker.
const byFirst = Object.hasOwn(PROGRAMS, first)
const load = PROGRAMS[byFirst ? first : called] ?? PROGRAMS.rbee
const { program } = await (load ?? (() => Promise.reject(new Error('unreachable'))))()
await runInProcess(program, byFirst ? argv.slice(1) : argv, [process.execPath, byFirst ? first : called])

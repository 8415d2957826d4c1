import path from 'node:path'
import { runInProcess } from '../../src/entry/process.ts'
import type { ProgramSpec } from '../../src/program/define.ts'

/**
 * All programs in one executable. It is the program whose name it is called by, through a link or a copy; with a
 * program's name in front of the arguments it is that one, whatever it is called.
 */
const PROGRAMS: Readonly<Record<string, () => Promise<{ readonly program: ProgramSpec }>>> = {
  rbee: () => import('../../src/commands/rbee/index.ts'),
  'rbee-hive': () => import('../../src/commands/rbee-hive/index.ts'),
  'rbee-publish': () => import('../../src/commands/rbee-publish/index.ts'),
  'rbee-catalog': () => import('../../src/commands/rbee-catalog/index.ts'),
}

const given = process.argv.slice(2)
const [first = ''] = given
const called = path.basename(process.argv0, '.exe')
const isNamed = Object.hasOwn(PROGRAMS, first)
const name = isNamed ? first : Object.hasOwn(PROGRAMS, called) ? called : 'rbee'
const load = PROGRAMS[name]
if (load === undefined) throw new Error(`there is no program ${name}`)
const { program } = await load()
await runInProcess(program, isNamed ? given.slice(1) : given, [process.execPath, name])

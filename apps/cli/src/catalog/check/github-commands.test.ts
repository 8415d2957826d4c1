import { expect, it } from 'vitest'
import { githubCommands } from './github-commands.ts'

const FINDING = {
  rule: 'eval',
  severity: 'error',
  file: 'workers/x/PKGBUILD',
  line: 7,
  reason: 'eval runs a text as a command',
  cure: 'write the command itself',
  worker: 'x',
} as const

it('names file, line and rule', () => {
  expect(githubCommands([FINDING])).toEqual([
    '::error file=workers/x/PKGBUILD,line=7,title=eval::eval runs a text as a command (write the command itself)',
  ])
})

it('lets no text of a stranger end the command or one of its properties', () => {
  const hostile = {
    ...FINDING,
    severity: 'warning',
    file: 'a,line=1::x\n::set-output name=y::z%0A',
    reason: '100%\r\n::add-mask::x',
  } as const
  expect(githubCommands([hostile])).toEqual([
    '::warning file=a%2Cline=1%3A%3Ax%0A%3A%3Aset-output name=y%3A%3Az%250A,line=7,title=eval::100%25%0D%0A::add-mask::x (write the command itself)',
  ])
})

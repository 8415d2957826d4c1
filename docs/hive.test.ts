import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { program as rbee } from '../apps/cli/src/commands/rbee/index.ts'
import { program as hive } from '../apps/cli/src/commands/rbee-hive/index.ts'
import type { CommandSpec } from '../apps/cli/src/program/define.ts'
import { EXIT } from '../apps/cli/src/program/exit-codes.ts'
import { REJECTION_CODES } from '../packages/schema/src/index.ts'

const text = await readFile(new URL('./hive.md', import.meta.url), 'utf8')

const EVERYWHERE = ['--json', '--quiet', '--no-color', '--help']

/** Every command line of a program that the guide shows, in code blocks and within sentences. */
function commandLines(program: string): string[] {
  const code = [...text.matchAll(/```sh\n(.*?)```|`([^`\n]+)`/gs)].flatMap(([, block, inline]) =>
    (block ?? inline ?? '').split('\n'),
  )
  return code
    .map((line) => line.replace(/\s+#.*$/, '').trim())
    .filter((line) => line.startsWith(`${program} `))
    .map((line) => line.slice(program.length + 1))
}

function flagsOf(command: CommandSpec): string[] {
  return command.options.map(({ flags }) => /--[a-z-]+/.exec(flags)?.[0] ?? flags)
}

function expectKnown(line: string, commands: readonly CommandSpec[]): void {
  const [name, ...words] = line.split(' -- ')[0]?.split(/\s+/) ?? []
  const command = commands.find((known) => known.name === name)
  expect(command, line).toBeDefined()
  if (command === undefined) return
  if (command.commands && words.length > 0) {
    expectKnown(words.join(' '), command.commands)
    return
  }
  const flags = words.filter((word) => word.startsWith('--'))
  for (const flag of flags) expect([...flagsOf(command), ...EVERYWHERE], line).toContain(flag)
}

describe('the guide of rbee-hive', () => {
  it('shows no command and no flag that the program does not know', () => {
    const lines = commandLines('rbee-hive')
    expect(lines.length).toBeGreaterThan(15)
    for (const line of lines) expectKnown(line, hive.commands)
    const group = rbee.commands.find(({ name }) => name === 'worker')
    for (const line of commandLines('rbee worker')) expectKnown(line, group?.commands ?? [])
  })

  it('mentions every command, flag and variable of the program', () => {
    const lines = commandLines('rbee-hive')
    for (const command of hive.commands) {
      for (const { name } of command.commands ?? [])
        expect(lines.map((line) => line.split(' ').slice(0, 2).join(' '))).toContain(
          `${command.name} ${name}`,
        )
    }
    for (const command of hive.commands.flatMap((outer) => [outer, ...(outer.commands ?? [])])) {
      if (hive.commands.includes(command))
        expect(lines.map((line) => line.split(' ')[0])).toContain(command.name)
      for (const flag of flagsOf(command)) expect(text, flag).toMatch(new RegExp(`${flag}\\b`))
      for (const { variable } of command.options) if (variable) expect(text).toContain(`\`${variable}\``)
    }
    for (const flag of EVERYWHERE) expect(text).toContain(`\`${flag}\``)
  })

  it('explains every reason against a variant, and every exit code', () => {
    const explained = [...text.matchAll(/^\| (`[^|]+) +\|/gm)].flatMap(
      ([, cell]) => cell?.match(/[a-z_]+/g) ?? [],
    )
    expect(explained).toEqual(expect.arrayContaining([...REJECTION_CODES]))
    const exitCodes = [...text.matchAll(/^\| (\d+) +\|/gm)].map(([, code]) => Number(code))
    expect(exitCodes).toEqual(Object.values(EXIT))
  })
})

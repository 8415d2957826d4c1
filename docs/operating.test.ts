import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { program } from '../apps/cli/src/commands/rbee-catalog/index.ts'
import type { CommandSpec } from '../apps/cli/src/program/define.ts'

const text = await readFile(new URL('./operating.md', import.meta.url), 'utf8')
const commands = flatten(program.commands)

function flatten(specs: readonly CommandSpec[], prefix = ''): { name: string; spec: CommandSpec }[] {
  return specs.flatMap((spec) => [
    { name: `${prefix}${spec.name}`, spec },
    ...flatten(spec.commands ?? [], `${prefix}${spec.name} `),
  ])
}

const flagOf = (flags: string) => /--[a-z-]+/.exec(flags)?.[0] ?? flags

it('shows commands that exist, with flags they know', () => {
  const shown = [...text.matchAll(/rbee-catalog ([a-z]+(?: (?:create|revoke))?)([^\n`]*)/g)]
  expect(shown.length).toBeGreaterThan(4)
  for (const [, name, rest = ''] of shown) {
    const command = commands.find((candidate) => candidate.name === name)
    expect(commands.map((candidate) => candidate.name)).toContain(name)
    const known = command?.spec.options.map(({ flags }) => flagOf(flags))
    for (const [flag] of rest.matchAll(/--[a-z-]+/g)) expect(known).toContain(flag)
  }
})

it('lists every setting of the server', () => {
  const serve = commands.find(({ name }) => name === 'serve')
  // Cells are padded, so that the table is one in its source, too.
  const rows = text.replaceAll(/ +/g, ' ')
  for (const { flags, variable } of serve?.spec.options ?? []) {
    expect(rows).toContain(`| \`${flagOf(flags)}\` | \`${variable}\` |`)
  }
})

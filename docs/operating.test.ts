import { access, readdir, readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { program } from '../apps/cli/src/commands/rbee-catalog/index.ts'
import type { CommandSpec } from '../apps/cli/src/program/define.ts'
import { missingResources, PLACEHOLDER, readResources } from '../scripts/deploy/resources.ts'

const text = await readFile(new URL('./operating.md', import.meta.url), 'utf8')
const commands = flatten(program.commands)

function flatten(specs: readonly CommandSpec[], prefix = ''): { name: string; spec: CommandSpec }[] {
  return specs.flatMap((spec) => [
    { name: `${prefix}${spec.name}`, spec },
    ...flatten(spec.commands ?? [], `${prefix}${spec.name} `),
  ])
}

const flagOf = (flags: string) => /--[a-z-]+/.exec(flags)?.[0] ?? flags
/** Known to every command. */
const EVERYWHERE = ['--json', '--quiet', '--no-color', '--help']

it('shows commands that exist, with flags they know', () => {
  const shown = [
    ...text.matchAll(
      /rbee-catalog ([a-z]+(?:-[a-z]+)*(?: (?:create|init|rotate|revoke|renew|status|publish|build|verify|show|key|reset|list|approve|refuse|cancel|strike|issue|extend))?)([^\n`]*)/g,
    ),
  ]
  expect(shown.length).toBeGreaterThan(10)
  for (const [, name, rest = ''] of shown) {
    const command = commands.find((candidate) => candidate.name === name)
    expect(commands.map((candidate) => candidate.name)).toContain(name)
    const known = [...EVERYWHERE, ...(command?.spec.options.map(({ flags }) => flagOf(flags)) ?? [])]
    for (const [flag] of rest.matchAll(/--[a-z-]+/g)) expect(known).toContain(flag)
  }
})

it('shows every command', () => {
  for (const { name, spec } of commands) {
    if (spec.load !== undefined) expect(text).toContain(`rbee-catalog ${name}`)
  }
})

// Cells are padded, so that the table is one in its source, too.
const rows = text.replaceAll(/ +/g, ' ')

it('lists every setting of the server', () => {
  const serve = commands.find(({ name }) => name === 'serve')
  for (const { flags, variable } of serve?.spec.options ?? []) {
    expect(rows).toContain(`| \`${flagOf(flags)}\` | \`${variable}\` |`)
  }
})

it('lists every variable of a bucket', async () => {
  const source = await readFile(new URL('../apps/cli/src/catalog/blobs-place.ts', import.meta.url), 'utf8')
  const variables = new Set(source.match(/\b(AWS_[A-Z0-9_]+|RBEE_S3_[A-Z_]+)(?=: )/g))
  expect(variables.size).toBeGreaterThan(7)
  for (const variable of variables) expect(text).toContain(`\`${variable}\``)
})

it('makes on Cloudflare what the deployment says is needed', () => {
  const { database, ...others } = readResources()
  const needed = missingResources({ ...others, database: { ...database, id: PLACEHOLDER } })
  const commands = needed?.match(/npx wrangler .*/g) ?? []
  expect(commands.length).toBeGreaterThan(3)
  for (const command of commands) expect(text).toContain(command)
})

it('names metrics that there are', async () => {
  const folder = new URL('../apps/catalog/src/node/', import.meta.url)
  const names = (await readdir(folder)).filter((name) => /metrics\.ts$/.test(name))
  const sources = await Promise.all(names.map((name) => readFile(new URL(name, folder), 'utf8')))
  const metrics = new Set(text.match(/\brbee_(?:due|catalog|http)_[a-z_]+/g))
  expect(metrics.size).toBeGreaterThan(1)
  for (const metric of metrics) expect(sources.join('\n')).toContain(`'${metric}'`)
})

it('leads to files and headings that exist', async () => {
  const headings = new Set(
    [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
      title
        .toLowerCase()
        .replaceAll(/[^a-z0-9 -]/g, '')
        .replaceAll(' ', '-'),
    ),
  )
  for (const [, target = ''] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
    if (target.startsWith('#')) expect(headings).toContain(target.slice(1))
    else if (!target.startsWith('http'))
      await access(new URL(target.replace(/#.*/, ''), new URL('./', import.meta.url)))
  }
})

it('gives rules and settings in JSON that can be read', () => {
  for (const [, block = ''] of text.matchAll(/^```json\n(.*?)^```/gms))
    expect(() => JSON.parse(block)).not.toThrow()
})

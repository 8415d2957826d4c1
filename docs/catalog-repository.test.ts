import { access, readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { catalogFiles } from '../apps/cli/src/catalog/init/catalog-files.ts'
import { readWorkflow } from '../apps/cli/src/catalog/init/testing/workflow.ts'
import { program } from '../apps/cli/src/commands/rbee-catalog/index.ts'

const text = await readFile(new URL('./catalog-repository.md', import.meta.url), 'utf8')
const files = catalogFiles({ name: 'A', owner: 'ada', branch: 'main', registry: null, programs: null })
/** Cells are padded, so that the table is one in its source, too. */
const rows = text.replaceAll(/ +/g, ' ').split('\n')

it('lists every file that is written', () => {
  for (const path of files.keys()) {
    const folder = path.startsWith('community/') ? 'community/example-worker/' : path
    expect(text).toContain(`\`${folder}\``)
  }
})

it('shows commands that exist, with flags they know', () => {
  const shown = [...text.matchAll(/^npx .* rbee-catalog ([a-z]+)(.*)$/gm)]
  expect(shown.length).toBeGreaterThan(4)
  for (const [, name, rest = ''] of shown) {
    const spec = program.commands.find((command) => command.name === name)
    const known = ['--json', ...(spec?.options.map(({ flags }) => /--[a-z-]+/.exec(flags)?.[0] ?? '') ?? [])]
    for (const [flag] of rest.matchAll(/--[a-z-]+/g))
      expect([name, known]).toEqual([name, expect.arrayContaining([flag])])
  }
})

it('says of each workflow what it may', () => {
  for (const [path, workflow] of files) {
    if (!path.endsWith('.yml')) continue
    const { name, permissions, jobs } = readWorkflow(workflow)
    const granted = [permissions, ...Object.values(jobs).map((job) => job.permissions ?? {})]
    const row = rows.find((line) => line.startsWith(`| \`${name}\` | \``)) ?? ''
    for (const rights of granted) {
      for (const [right, how] of Object.entries(rights)) expect(row).toContain(`${right}: ${how}`)
    }
  }
})

it('leads to files that exist', async () => {
  const targets = [...text.matchAll(/\]\(([^)#]+)/g)].map(([, target = '']) => target)
  expect(targets).not.toEqual([])
  for (const target of targets) await access(new URL(target, import.meta.url))
})

import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { program, startCatalog } from '../apps/cli/src/hive/e2e/catalog.ts'
import { aMachine } from '../apps/cli/src/hive/e2e/machine.ts'

const text = await readFile(new URL('../SECURITY.md', import.meta.url), 'utf8')

/** The command lines of a runbook, each as its words. */
function commandsOf(title: string): string[][] {
  const section = text.split(`### ${title}\n`)[1]?.split(/^##/m)[0] ?? ''
  const lines = [...section.matchAll(/```sh\n(.*?)```/gs)].flatMap(([, block = '']) =>
    block.trim().split('\n'),
  )
  return lines.map((line) =>
    [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? ''),
  )
}

it('the runbook for a malicious release does what it says', { timeout: 120_000 }, async () => {
  await using catalog = await startCatalog()
  await using machine = await aMachine(catalog.url)
  const publish = (version: string) =>
    catalog.publish({
      id: 'bad-worker',
      version,
      variants: { cpu: program('bad-worker', `exit 0 # ${version}`) },
    })
  await publish('1.2.0')
  const host = await machine.profile({})
  expect(await machine.hive('install', 'bad-worker', '--host-profile', host)).toMatchObject({ code: 0 })
  await publish('1.2.1')
  const stolen = await catalog.createToken('publish')
  const env = { RBEE_TOKEN: (await catalog.createToken('operator')).token }
  const values: Record<string, string> = { TOKEN_ID: stolen.id, REGISTRY: catalog.url }
  const outcomes: [string, number | null][] = []
  for (const [name = '', ...words] of commandsOf('A malicious release')) {
    const args = words.map((indented) => indented.trim()).map((word) => values[word] ?? word)
    const { code, stderr } = await machine.start(name, args, env).finished
    outcomes.push([`${name} ${args[0]}`, code])
    expect(stderr, args.join(' ')).not.toContain('unknown')
  }
  expect(outcomes).toEqual([
    ['rbee-catalog quarantine', 0],
    ['rbee-catalog events', 0],
    ['rbee-catalog token', 0],
    ['rbee-hive audit', 4],
    ['rbee-hive update', 0],
    ['rbee-hive audit', 0],
    ['rbee-catalog security-fix', 0],
    ['rbee-catalog release', 0],
  ])
  expect(await machine.active('bad-worker')).toBe('1.2.1 cpu')
})

import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { program, startCatalog } from '../apps/cli/src/hive/e2e/catalog.ts'
import { aMachine } from '../apps/cli/src/hive/e2e/machine.ts'
import { linesOf, runbooks, wordsOf } from './runbook.ts'

/** The command lines of a runbook, each as its words. */
const commandsOf = (title: string) => linesOf(title).map(wordsOf)

it('there are these runbooks, and each is run by a test', () => {
  expect(runbooks).toEqual([
    'A malicious release',
    'A stolen publisher token or key',
    'A compromised workflow',
    // In security-keys.test.ts.
    'A stolen or lost online key',
    'A stolen or lost root key',
  ])
})

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

it('the runbook for a stolen publisher token or key does what it says', { timeout: 120_000 }, async () => {
  await using catalog = await startCatalog()
  await using machine = await aMachine(catalog.url)
  const env = { RBEE_TOKEN: (await catalog.createToken('operator')).token }
  const run = (name: string, ...args: string[]) => machine.start(name, args, env).finished
  const inFolder = (file: string) => join(machine.folder, file)
  const describe = ['--name', 'my-worker', '--license', 'MIT', '--artifact', 'linux-x86_64=dist']
  await mkdir(inFolder('dist/bin'), { recursive: true })
  await writeFile(inFolder('dist/bin/my-worker'), '#!/bin/sh\n')
  await chmod(inFolder('dist/bin/my-worker'), 0o755)
  const newKey = async (file: string) => {
    const { stdout } = await run('rbee-publish', 'key', 'new', '--out', inFolder(file), '--json')
    return JSON.parse(stdout)
  }
  const stolen = await newKey('stolen.key')
  await newKey('safe.key')
  const publish = ['.', ...describe, '--version', '1.2.0', '--sign', '--key', inFolder('stolen.key')]
  expect(await run('rbee-publish', ...publish)).toMatchObject({ code: 0 })
  const add = ['key', 'add', 'my-worker', '--new', inFolder('safe.key'), '--key', inFolder('stolen.key')]
  expect(await run('rbee-publish', ...add)).toMatchObject({ code: 0 })
  const values: Record<string, string> = {
    TOKEN_ID: (await catalog.createToken('publish')).id,
    REGISTRY: catalog.url,
    KEY_ID: stolen.key_id,
    SAFE_KEY: inFolder('safe.key'),
    NEW_KEY: inFolder('new.key'),
    PUBLIC_KEY: (await newKey('reset.key')).public_key,
    RESET_KEY: inFolder('reset.key'),
    DIR: '.',
  }
  const outcomes: [string, number | null][] = []
  for (const [name = '', ...words] of commandsOf('A stolen publisher token or key')) {
    const args = words.map((word) => values[word] ?? word)
    // What the folder of a worker says, which this one does not.
    const more = args.includes('--sign') ? describe : []
    const { code } = await run(name, ...args, ...more)
    outcomes.push([`${name} ${args[0]} ${args[1]}`, code])
  }
  expect(outcomes).toEqual([
    ['rbee-catalog token revoke', 0],
    ['rbee-publish trusted-publisher list', 0],
    ['rbee-publish key list', 0],
    ['rbee-publish transfer list', 0],
    ['rbee-catalog token create', 0],
    ['rbee-publish key revoke', 0],
    ['rbee-publish key new', 0],
    ['rbee-publish key add', 0],
    ['rbee-catalog worker-keys reset', 0],
    ['rbee-publish key list', 0],
    ['rbee-catalog events my-worker', 0],
    ['rbee-catalog quarantine my-worker@1.2.0', 0],
    ['rbee-publish . --version', 0],
  ])
  const { stdout } = await run('rbee-publish', 'key', 'list', 'my-worker', '--json')
  expect(JSON.parse(stdout).keys.map(({ status }: { status: string }) => status)).toEqual([
    'revoked',
    'revoked',
    'revoked',
    'valid',
  ])
})

it('the runbook for a compromised workflow does what it says', { timeout: 60_000 }, async () => {
  await using catalog = await startCatalog()
  await using machine = await aMachine(catalog.url)
  await catalog.publish({
    id: 'my-worker',
    version: '1.0.0',
    variants: { cpu: program('my-worker', 'exit 0') },
  })
  const env = { RBEE_TOKEN: (await catalog.createToken('operator')).token, RBEE_REGISTRY: catalog.url }
  const run = (name: string, ...args: string[]) => machine.start(name, args, env).finished
  const add = ['add', 'my-worker', '--github', 'me/my-worker', '--workflow', 'publish.yml', '--json']
  const { stdout } = await run('rbee-publish', 'trusted-publisher', ...add)
  const values: Record<string, string> = { PUBLISHER_ID: JSON.parse(stdout).publisher.id }
  const outcomes: [string, number | null][] = []
  for (const [name = '', ...words] of commandsOf('A compromised workflow')) {
    const args = words.map((word) => values[word] ?? word)
    const { code } = await run(name, ...args)
    outcomes.push([`${name} ${args[0]} ${args[1]}`, code])
  }
  expect(outcomes).toEqual([
    ['rbee-publish trusted-publisher list', 0],
    ['rbee-publish trusted-publisher remove', 0],
    ['rbee-publish yank my-worker@1.0.0', 0],
    ['rbee-publish trusted-publisher add', 0],
  ])
  const listed = await run('rbee-publish', 'trusted-publisher', 'list', 'my-worker', '--json')
  expect(JSON.parse(listed.stdout).publishers).toEqual([expect.objectContaining({ environment: 'release' })])
})

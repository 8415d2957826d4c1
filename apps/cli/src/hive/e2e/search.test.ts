import { searchAnswerSchema } from '@rbee/schema'
import { aCatalogEntry, aManifest, freePort } from '@rbee/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startCatalog, type TestCatalog } from './catalog.ts'
import { aMachine, type Machine } from './machine.ts'

let catalog: TestCatalog
let machine: Machine

beforeAll(async () => {
  catalog = await startCatalog()
  await catalog.describe(
    ['one', 'two', 'three'].map((name) =>
      aCatalogEntry({
        manifest: aManifest({
          id: `scribe-${name}`,
          name: `Scribe ${name}`,
          description: 'Turns speech into text',
          tags: ['audio', name],
        }),
      }),
    ),
  )
  machine = await aMachine(catalog.url)
  await machine.trust()
})
afterAll(async () => {
  await machine[Symbol.asyncDispose]()
  await catalog[Symbol.asyncDispose]()
})

const search = (...args: string[]) => machine.start('rbee', ['worker', 'search', ...args]).finished

describe('rbee worker search', () => {
  it('lists what it finds, with what to do next', async () => {
    const { code, stdout, stderr } = await search('scribe', '--tag', 'audio', '--anywhere', '--limit', '2')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^scribe-\S+ 1\.0\.0/)
    expect(stdout).toContain('Turns speech into text')
    expect(stdout).toMatch(/2 of 3; more with --cursor \S+/)
    expect(stdout).toMatch(/look at one with: rbee worker info scribe-/)
    const cursor = /--cursor (\S+)/.exec(stdout)?.[1] ?? ''
    const rest = await search('scribe', '--tag', 'audio', '--anywhere', '--limit', '2', '--cursor', cursor)
    expect(rest.stdout).toContain('1 of 3')
  })

  it('says whether a worker runs here, and why not', async () => {
    const profile = await machine.profile({ os: 'windows' })
    const { code, stdout } = await search('scribe', 'two', '--host-profile', profile)
    expect(code).toBe(0)
    expect(stdout).toMatch(/does not run here: .*linux/)
    const only = await search('scribe', '--fits', '--host-profile', profile)
    expect(only.stdout).toContain('without --fits')
  })

  it('is read by programs', async () => {
    const { code, stdout } = await search('scrbie', '--json', '--anywhere', '--sort', 'name')
    expect(code).toBe(0)
    const answer = searchAnswerSchema.parse(JSON.parse(stdout))
    expect(answer.corrected).toBe('scribe')
    expect(answer.hits.map(({ worker }) => worker.id)).toEqual(['scribe-one', 'scribe-three', 'scribe-two'])
  })

  it('says what to do where nothing is found, which is no failure', async () => {
    const { code, stdout } = await search('scribe', '--tag', 'nothing', '--license', 'mit', '--anywhere')
    expect(code).toBe(0)
    expect(stdout).toBe(
      'nothing was found\ntry fewer words, without --license or --tag, or see all workers with: rbee worker search\n',
    )
  })

  it.each([
    [['scribe', '--platform', 'beos'], 'must be linux, macos or windows'],
    [['scribe', '--anywhere', '--cursor', 'x'], '(invalid_cursor)'],
    [['words '.repeat(200), '--anywhere'], '(invalid_query)'],
  ])('refuses %j', async (args, text) => {
    const outcome = await search(...args)
    expect(outcome).toMatchObject({ code: 2, stdout: '' })
    expect(outcome.stderr).toContain(text)
    expect(outcome.stderr).toContain('next: ')
  })

  it('says that the registry is away', async () => {
    const away = await search('scribe', '--anywhere', '--registry', `http://127.0.0.1:${await freePort()}`)
    expect(away).toMatchObject({ code: 5, stdout: '' })
    expect(away.stderr).toMatch(/registry_unreachable\)\nnext: /)
  })
})

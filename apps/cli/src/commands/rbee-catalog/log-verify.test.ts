import { readFile, writeFile } from 'node:fs/promises'
import { freePort } from '@rbee/testing'
import { bundleBytes, newSignerKey, parseSignerKey, signCheckpoint } from '@rbee/transparency-log'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { EXIT } from '../../program/exit-codes.ts'
import { runProgram } from '../../program/run.ts'
import { program } from './index.ts'
import { bundlePath, type LyingServer, logOf, lyingServer } from './testing/lying-server.ts'

let server: LyingServer
let honest: Uint8Array[]
let state: string

beforeAll(async () => {
  server = await lyingServer()
  for (const worker of ['echo-worker', 'paint-worker', 'speech-worker']) {
    for (const version of ['1.0.0', '1.1.0', '2.0.0']) await server.publish(worker, version)
  }
  honest = await server.entries()
  state = await remembered('before.json')
}, 60_000)
afterEach(() => server.lies.clear())
afterAll(() => server.close())

const resultSchema = z.looseObject({
  error: z.object({ code: z.string() }).optional(),
  findings: z.array(z.looseObject({ code: z.string(), worker: z.string(), version: z.string() })).optional(),
})

async function runLog(...args: string[]) {
  let stdout = ''
  let stderr = ''
  const exitCode = await runProgram(program, {
    argv: ['log', ...args],
    program: ['rbee-catalog'],
    env: {},
    cwd: server.folder.path,
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text), isTTY: false, columns: () => 80 },
    clock: Date.now,
    version: '0.0.0',
    signal: new AbortController().signal,
  })
  return { exitCode, stdout, stderr }
}

async function verify(...args: string[]) {
  const key = server.signer.verifier.text
  const { exitCode, stdout } = await runLog('verify', server.url, '--json', '--key', key, ...args)
  return { exitCode, result: resultSchema.parse(JSON.parse(stdout)) }
}

/** A state file of the honest log. */
async function remembered(name: string): Promise<string> {
  expect(await verify('--state', name)).toMatchObject({ exitCode: EXIT.done })
  return readFile(`${server.folder.path}/${name}`, 'utf8')
}

/** Runs it once without memory, and once with that of the honest log. */
async function verdicts() {
  const file = `${server.folder.path}/known.json`
  await writeFile(file, state)
  const [without, withState] = [await verify(), await verify('--state', 'known.json')]
  expect(await readFile(file, 'utf8')).toBe(state)
  const codeOf = ({ exitCode, result }: typeof without) => {
    expect(exitCode).toBe(exitCode === EXIT.done ? EXIT.done : EXIT.refused)
    return exitCode === EXIT.done
      ? 'done'
      : (result.error?.code ?? result.findings?.map(({ code }) => code).join())
  }
  return [codeOf(without), codeOf(withState)]
}

function lie(lies: ReadonlyMap<string, Uint8Array | string | null>): void {
  for (const [path, answer] of lies) server.lies.set(path, answer)
}

/** The log begins with the keys that the registry signs with: the root key and the online key. */
const KEYS = 2

/** The honest log with another release in this place; the first one published has place 0. */
const changed = (place: number) =>
  honest.map((entry, at) =>
    at === place + KEYS
      ? new TextEncoder().encode(new TextDecoder().decode(entry).replace('1.1.0', '1.1.1'))
      : entry,
  )
const without = (place: number) => honest.filter((_, at) => at !== place + KEYS)
const swapped = (a: number, b: number) => {
  const [one, other] = [a + KEYS, b + KEYS]
  return honest.map((entry, at) => honest[at === one ? other : at === other ? one : at] ?? entry)
}

describe('an honest log', () => {
  it('is found whole, and goes on to be after it grew', async () => {
    const report = await verify('--state', 'growing.json')
    expect(report).toMatchObject({
      exitCode: EXIT.done,
      result: {
        ok: true,
        size: honest.length,
        known_size: null,
        releases: honest.length - KEYS,
        findings: [],
      },
    })
    await server.publish('echo-worker', `3.0.${honest.length}`)
    const after = await verify('--state', 'growing.json')
    expect(after.result).toMatchObject({ ok: true, known_size: honest.length, size: honest.length + 1 })
    honest = await server.entries()
    state = await remembered('after.json')
  })

  it('says which key it took where none is given', async () => {
    const { stderr } = await runLog('verify', server.url)
    expect(stderr).toContain(server.signer.verifier.text)
    expect(stderr).toContain('--key')
  })
})

it('shows what happened to a worker, and nothing that is not signed', async () => {
  const shown = await runLog('show', server.url, 'paint-worker', '--json')
  expect(shown.exitCode).toBe(EXIT.done)
  expect(JSON.parse(shown.stdout).entries).toMatchObject([
    { entry: { kind: 'publish', worker: 'paint-worker', version: '1.0.0', actor: 'operator' } },
    { entry: { version: '1.1.0' } },
    { entry: { version: '2.0.0' } },
  ])
  const text = (await runLog('show', server.url, 'paint-worker')).stdout
  expect(text).toMatch(/^ENTRY +TIME +WHAT +OF +BY +WHY\n5 +\S+ +publish +paint-worker@1\.0\.0 +operator/)
  server.lies.set(bundlePath(honest.length), bundleBytes(changed(4)))
  expect(await runLog('show', server.url)).toMatchObject({ exitCode: EXIT.refused })
})

describe('a registry that changes entries', () => {
  it.each([
    ['log_entry_altered', () => changed(4)],
    ['log_entry_missing', () => without(4)],
    ['log_entry_missing', () => honest.slice(0, -1)],
    ['log_entries_reordered', () => swapped(2, 6)],
  ])('is found by its own tiles: %s', async (code, entries) => {
    server.lies.set(bundlePath(honest.length), bundleBytes(entries()))
    expect(await verdicts()).toEqual([code, code])
  })

  it('is found when it changes the tiles along, and what it changed by who knew the log', async () => {
    lie(logOf(changed(4), null))
    expect(await verdicts()).toEqual(['log_tree_invalid', 'log_entry_altered'])
    lie(logOf(swapped(0, 1), null))
    expect(await verdicts()).toEqual(['log_tree_invalid', 'log_entries_reordered'])
  })

  it('is found when it withholds entries', async () => {
    server.lies.set(bundlePath(honest.length), null)
    expect(await verdicts()).toEqual(['log_entry_missing', 'log_entry_missing'])
  })
})

describe('a registry that signs another log', () => {
  it.each([
    ['log_forked', () => [...changed(4), ...honest.slice(0, 1)]],
    ['log_forked', () => [...without(4), ...honest.slice(0, 2)]],
    ['log_shrunk', () => honest.slice(0, -1)],
    ['log_shrunk', () => []],
    ['log_split_view', () => changed(4)],
    ['log_split_view', () => swapped(2, 6)],
  ])('is found by who knew the log: %s', async (code, entries) => {
    lie(logOf(entries(), server.signer))
    expect((await verdicts())[1]).toBe(code)
  })

  it('is found with the place from which on it is another', async () => {
    await writeFile(`${server.folder.path}/known.json`, state)
    lie(logOf([...changed(4), ...honest.slice(0, 1)], server.signer))
    expect((await verify('--state', 'known.json')).result).toMatchObject({
      error: { code: 'log_forked' },
      index: 4 + KEYS,
      change: 'log_entry_altered',
    })
  })

  it('is found when it changes its mind while it is read', async () => {
    const other = logOf([...changed(4), ...honest.slice(0, 1)], server.signer).get('/v1/log/checkpoint')
    let asked = 0
    const get = server.lies.get.bind(server.lies)
    server.lies.get = (path) => {
      if (path !== '/v1/log/checkpoint') return get(path)
      asked += 1
      return asked % 2 === 0 ? other : undefined
    }
    try {
      // The tiles of the other log are not shown, so that it cannot even be compared.
      expect((await verify()).exitCode).toBe(EXIT.refused)
    } finally {
      server.lies.get = get
    }
  })

  it('is found when it signs with another key', async () => {
    const other = parseSignerKey(newSignerKey(server.signer.name, new Uint8Array(32).fill(9)))
    lie(logOf(honest, other))
    expect(await verdicts()).toEqual(['log_signature_invalid', 'log_signature_invalid'])
    server.lies.set(
      '/v1/log/checkpoint',
      signCheckpoint({ size: KEYS, root: new Uint8Array(32) }, server.signer),
    )
    expect(await verdicts()).toEqual(['log_tree_invalid', 'log_shrunk'])
  })

  it('is found when it shows none', async () => {
    server.lies.set('/v1/log/checkpoint', null)
    expect(await verdicts()).toEqual(['log_unavailable', 'log_unavailable'])
  })
})

describe('a registry that serves otherwise than its log says', () => {
  const release = '/v1/workers/paint-worker/1.1.0'

  it('is found when a release has other bytes', async () => {
    const text = await (await fetch(server.url + release)).text()
    server.lies.set(release, text.replaceAll(/sha256:[0-9a-f]{64}/g, `sha256:${'a'.repeat(64)}`))
    const { exitCode, result } = await verify()
    expect(exitCode).toBe(EXIT.refused)
    expect(result.findings).toMatchObject([
      { code: 'log_release_altered', worker: 'paint-worker', version: '1.1.0' },
    ])
  })

  it('is found when a release is withdrawn without a word', async () => {
    const text = await (await fetch(server.url + release)).text()
    server.lies.set(release, text.replace('"yanked":null', '"yanked":"silently"'))
    expect((await verify()).result.findings).toMatchObject([{ code: 'log_release_altered' }])
  })

  it('is found when a release is gone', async () => {
    server.lies.set(release, null)
    expect((await verify()).result.findings).toMatchObject([
      { code: 'log_release_missing', version: '1.1.0' },
    ])
  })

  it('is found when a release was never logged', async () => {
    lie(logOf(without(4), server.signer))
    const { exitCode, result } = await verify()
    expect(exitCode).toBe(EXIT.refused)
    expect(result.findings).toMatchObject([{ code: 'log_release_unlogged' }])
  })
})

it('ends with the code of the network where there is none', async () => {
  const url = `http://127.0.0.1:${await freePort()}`
  const { exitCode, stdout } = await runLog('verify', url, '--json')
  expect(exitCode).toBe(EXIT.registry)
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'registry_unreachable' } })
})

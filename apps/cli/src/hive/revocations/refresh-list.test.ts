import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Revocations } from '@rbee/schema'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type HiveHome, hiveHome } from '../home.ts'
import { type RefreshOptions, refreshList } from './refresh-list.ts'

const LIST: Revocations = {
  sequence: 7,
  issued_at: '2026-01-01T00:00:00.000Z',
  expires_at: '2026-01-08T00:00:00.000Z',
  total: 0,
  releases: [],
}

let root: string
let home: HiveHome
let now: number
let server: Server
let listener: RequestListener
let asked: (string | undefined)[]

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'hive-'))
  home = hiveHome(root, '/')
  now = Date.UTC(2026, 0, 2)
  asked = []
  listener = answering(LIST)
  server = createServer((request, response) => {
    asked.push(request.headers['if-none-match'])
    listener(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await rm(root, { recursive: true, force: true })
})

function answering(list: unknown, etag = '"a"'): RequestListener {
  return (request, response) => {
    if (request.headers['if-none-match'] === etag) response.writeHead(304).end()
    else response.writeHead(200, { etag }).end(typeof list === 'string' ? list : JSON.stringify(list))
  }
}

const refresh = (options: Partial<RefreshOptions> = {}) => {
  const registry = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return refreshList({
    home,
    registry,
    connect: async (url) => ({ url, fetch }),
    maxAgeMs: 0,
    timeoutMs: 10_000,
    clock: () => now,
    signal: new AbortController().signal,
    ...options,
  })
}

describe('refreshList', () => {
  it('keeps a list, asks whether it is still the one, and not before it is old', async () => {
    expect(await refresh()).toMatchObject({ kept: { list: LIST }, problem: null })
    now += 1000
    expect(await refresh()).toMatchObject({ kept: { list: LIST, fetched_at: '2026-01-02T00:00:01.000Z' } })
    expect(await refresh({ maxAgeMs: 2000 })).toMatchObject({ kept: { list: LIST } })
    expect(asked).toEqual([undefined, '"a"'])
    now -= 60_000
    await refresh({ maxAgeMs: 2000 })
    expect(asked).toHaveLength(3)
  })

  it('keeps nothing for whoever only wants to know', async () => {
    expect(await refresh({ readOnly: true })).toMatchObject({ kept: { list: LIST } })
    expect(await refresh({ readOnly: true })).toMatchObject({ kept: { list: LIST } })
    expect(asked).toEqual([undefined, undefined])
  })

  it.each([
    ['an older list', { ...LIST, sequence: 6 }],
    ['another list under the same number', { ...LIST, total: 1 }],
    ['a list that never was good', { ...LIST, sequence: 9, expires_at: LIST.issued_at }],
    ['something else', { workers: [] }],
    ['no JSON', '{"sequence":'],
    ['a list that does not end', `{"sequence":${' '.repeat(17 * 2 ** 20)}`],
  ])('refuses %s and keeps the one that is there', async (_name, other) => {
    await refresh()
    listener = answering(other, '"b"')
    const { kept, problem } = await refresh()
    expect(kept?.list).toEqual(LIST)
    expect(problem).toMatchObject({ code: 'revocations_invalid' })
  })

  it('takes a newer one', async () => {
    await refresh()
    listener = answering({ ...LIST, sequence: 8 }, '"b"')
    expect(await refresh()).toMatchObject({ kept: { list: { sequence: 8 }, etag: '"b"' }, problem: null })
  })

  it('waits no longer than it was told, also inside an answer', async () => {
    await refresh()
    const silent: RequestListener[] = [
      () => {},
      (_request, response) => {
        response.writeHead(200).write('{')
      },
    ]
    for (const one of silent) {
      listener = one
      const started = performance.now()
      const { kept, problem } = await refresh({ timeoutMs: 100 })
      expect(performance.now() - started).toBeLessThan(5_000)
      expect({ list: kept?.list, code: problem?.code }).toEqual({ list: LIST, code: 'registry_unreachable' })
    }
  })

  it.each([404, 302, 500])('goes by the kept list where the registry answers HTTP %i', async (status) => {
    await refresh()
    listener = (_request, response) => response.writeHead(status, { location: '/elsewhere' }).end()
    const { kept, problem } = await refresh()
    expect(kept?.list).toEqual(LIST)
    expect(problem?.code).toBe(status === 500 ? 'registry_unreachable' : 'revocations_invalid')
  })

  it('ends with an interruption', async () => {
    const interruption = new AbortController()
    listener = () => interruption.abort(new Error('interrupted'))
    await expect(refresh({ signal: interruption.signal })).rejects.toThrow('interrupted')
  })
})

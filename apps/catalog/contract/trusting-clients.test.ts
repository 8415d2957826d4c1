import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { revocationsSchema, workerIdSchema, workerIndexSchema } from '@rbee/schema'
import { TemporaryFolder } from '@rbee/testing'
import {
  fetchFirstRoot,
  openTrustedRegistry,
  requireAddress,
  requireDocument,
  type TrustedRegistry,
  trustRoot,
} from '@rbee/trust'
import { Updater } from 'tuf-js'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type RunningServer, startServer } from '../src/entry/node.ts'
import { bringSamples, ECHO_WORKER } from './sample-workers.ts'
import { expectJson, type Subject, send } from './subject.ts'

const LLM = workerIdSchema.parse('llm-worker')

interface Opened {
  readonly server: RunningServer
  readonly subject: Subject
}

async function open(dataDir: string): Promise<Opened> {
  const operatorToken = `rbee_op_${randomBytes(32).toString('base64url')}`
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    dataDir,
    operatorToken,
    log: { info: () => {}, error: console.error },
    clock: Date.now,
    randomBytes: (length) => randomBytes(length),
  })
  const subject: Subject = {
    operatorToken,
    webhookSecret: '',
    fetch: (path, init) => fetch(server.url + path, init),
    queries: () => 0,
    close: () => server.close(),
  }
  return { server, subject }
}

/** What a client that knows nothing yet believes of a server. */
async function trusting({ url }: RunningServer): Promise<TrustedRegistry> {
  const kept = new Map<string, Uint8Array>()
  const store = {
    read: async (name: string) => kept.get(name) ?? null,
    write: async (name: string, bytes: Uint8Array) => void kept.set(name, bytes),
    remove: async (name: string) => void kept.delete(name),
  }
  const source = {
    async fetch(name: string) {
      const response = await fetch(`${url}/v1/tuf/${name}`)
      return response.ok ? new Uint8Array(await response.arrayBuffer()) : null
    },
  }
  await trustRoot(store, await fetchFirstRoot(source))
  return openTrustedRegistry({ source, store, clock: Date.now })
}

describe('clients that check signatures', () => {
  let folder: TemporaryFolder
  let opened: Opened
  beforeAll(async () => {
    folder = await TemporaryFolder.create()
    opened = await open(folder.path)
    await bringSamples(opened.subject)
  })
  afterAll(async () => {
    await opened.subject.close()
    await folder[Symbol.asyncDispose]()
  })

  it('believe what is served, also one that others wrote', async () => {
    const { url } = opened.server
    const metadataDir = join(folder.path, 'tuf-js')
    await mkdir(metadataDir)
    const root = await fetch(`${url}/v1/tuf/1.root.json`)
    await writeFile(join(metadataDir, 'root.json'), await root.text())
    const updater = new Updater({
      metadataDir,
      metadataBaseUrl: `${url}/v1/tuf`,
      targetDir: metadataDir,
      targetBaseUrl: `${url}/v1/tuf/targets`,
    })
    await updater.refresh()
    for (const worker of ['llm-worker', ECHO_WORKER]) {
      const target = await updater.getTargetInfo(`workers/${worker}.json`)
      if (target === undefined) throw new Error(`${worker} is not listed`)
      const index = workerIndexSchema.parse(
        JSON.parse(await readFile(await updater.downloadTarget(target), 'utf8')),
      )
      expect(index.worker).toBe(worker)
    }
    expect(await updater.getTargetInfo('workers/nobody.json')).toBeUndefined()
  })

  it('find every document of a worker signed as it is served', async () => {
    const registry = await trusting(opened.server)
    const index = await registry.worker(LLM)
    if (index === null) throw new Error('the worker is not listed')
    expect(requireAddress(index, 'llm-worker-cuda')).toBe('cuda')
    for (const address of [
      '/v1/workers/llm-worker',
      '/v1/workers/llm-worker/versions',
      '/v1/workers/llm-worker/0.2.0',
    ]) {
      const response = await opened.subject.fetch(address)
      requireDocument(index, address, new Uint8Array(await response.arrayBuffer()))
    }
  })

  it('learn of a quarantine at once', async () => {
    const json = { reason: 'it steals keys' }
    const path = `/v1/workers/${ECHO_WORKER}/1.0.0`
    const before = await (await trusting(opened.server)).worker(workerIdSchema.parse(ECHO_WORKER))
    const { operatorToken: token } = opened.subject
    await send(opened.subject, 'POST', `${path}/quarantine`, { token, json })
    const registry = await trusting(opened.server)
    const after = await registry.worker(workerIdSchema.parse(ECHO_WORKER))
    expect(after?.documents[path]).not.toEqual(before?.documents[path])
    const list = await registry.target('revocations.json')
    if (list === null) throw new Error('the list is not signed')
    const { releases } = revocationsSchema.parse(JSON.parse(new TextDecoder().decode(list)))
    expect(releases.map(({ worker }) => worker)).toEqual([ECHO_WORKER])
    await expectJson(await opened.subject.fetch('/v1/revocations'), 200, revocationsSchema)
  })
})

it('signs the documents of a folder from before, and all that was lost, by itself', async () => {
  await using folder = await TemporaryFolder.create()
  const first = await open(folder.path)
  await bringSamples(first.subject)
  await first.subject.close()
  // As an earlier version left the folder: nothing is signed, and no worker has an index.
  for (const name of ['keys/metadata', 'keys/online', 'keys/root', 'documents/tuf']) {
    await rm(join(folder.path, name), { recursive: true })
  }
  const workers = join(folder.path, 'documents/workers')
  for (const id of await readdir(workers)) await rm(join(workers, id, 'index.json'))

  const second = await open(folder.path)
  await vi.waitFor(async () => {
    const registry = await trusting(second.server)
    expect((await registry.worker(LLM))?.worker).toBe(LLM)
    expect(await registry.worker(workerIdSchema.parse(ECHO_WORKER))).not.toBeNull()
    expect(await registry.target('revocations.json')).not.toBeNull()
  }, 20_000)
  expect((await second.subject.fetch('/ready')).status).toBe(200)
  await second.subject.close()
})

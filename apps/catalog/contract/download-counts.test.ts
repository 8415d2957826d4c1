import { randomBytes } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { workerStatisticsSchema } from '@rbee/schema'
import { TemporaryFolder } from '@rbee/testing'
import { expect, it } from 'vitest'
import { startServer } from '../src/entry/node.ts'
import { bringSamples, ECHO_WORKER, type Samples } from './sample-workers.ts'
import { expectJson, type Subject } from './subject.ts'

const CLIENT = '198.51.100.77'

async function open(dataDir: string): Promise<Subject> {
  const operatorToken = `rbee_op_${randomBytes(32).toString('base64url')}`
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    dataDir,
    operatorToken,
    trustProxy: true,
    log: { info: () => {}, error: console.error },
    clock: Date.now,
    randomBytes: (length) => randomBytes(length),
  })
  return {
    operatorToken,
    webhookSecret: '',
    fetch: (path, init) => fetch(server.url + path, init),
    queries: () => 0,
    close: () => server.close(),
  }
}

async function download(subject: Subject, { gzip }: Samples, client: string): Promise<void> {
  const headers = { 'x-forwarded-for': client }
  const response = await subject.fetch(`/v1/blobs/sha256/${gzip.sha256}`, { headers })
  expect((await response.arrayBuffer()).byteLength).toBe(gzip.size)
}

async function countOf(subject: Subject): Promise<number> {
  const response = await subject.fetch(`/v1/workers/${ECHO_WORKER}/stats`)
  return (await expectJson(response, 200, workerStatisticsSchema)).downloads
}

it('keeps counts and known clients over a restart, and addresses nowhere', async () => {
  await using folder = await TemporaryFolder.create()
  const first = await open(folder.path)
  const samples = await bringSamples(first)
  await download(first, samples, CLIENT)
  await first.close()

  const second = await open(folder.path)
  expect(await countOf(second)).toBe(1)
  await download(second, samples, CLIENT)
  await download(second, samples, `203.0.113.9, ${CLIENT}`)
  await download(second, samples, '2001:db8::1')
  await download(second, samples, '2001:db8::2')
  await second.close()

  const third = await open(folder.path)
  expect(await countOf(third)).toBe(2)
  await third.close()

  for (const entry of await readdir(folder.path, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const text = await readFile(join(entry.parentPath, entry.name), 'latin1')
    for (const address of [CLIENT, '203.0.113.9', '2001:db8']) expect(text, entry.name).not.toContain(address)
  }
})

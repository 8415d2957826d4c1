import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ARCHIVE_MAX_BYTES, tokenAnswerSchema, type UploadState, uploadStateSchema } from '@rbee/schema'
import { packedArchive } from '@rbee/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startServer } from '../entry/node.ts'

/** What one token may have open: with parts, and without; and all of it together. */
const OPEN_MAX = 32
const BYTES_MAX = 64 * 2 ** 30

let dataDir: string
let close: () => Promise<void>
interface Call {
  readonly token: string
  readonly json?: unknown
  readonly bytes?: Uint8Array<ArrayBuffer>
}
let call: (method: string, path: string, call: Call) => Promise<Response>
let newToken: () => Promise<string>

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'rbee-uploads-'))
  const operatorToken = `rbee_op_${randomBytes(32).toString('base64url')}`
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    dataDir,
    operatorToken,
    log: { info: () => {}, error: console.error },
    clock: Date.now,
    randomBytes,
  })
  close = server.close
  call = (method, path, { token, json, bytes }) =>
    fetch(server.url + path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: json === undefined ? bytes : JSON.stringify(json),
    })
  newToken = async () => {
    const made = await call('POST', '/v1/tokens', { token: operatorToken, json: { scope: 'publish' } })
    return tokenAnswerSchema.parse(await made.json()).token
  }
})
afterEach(async () => {
  await close()
  await rm(dataDir, { recursive: true })
})

/** Bytes that nobody has. */
const declaration = (number: number, size: number) => ({
  format: 'tar.gz',
  sha256: createHash('sha256').update(String(number)).digest('hex'),
  size,
  digest: `sha256:${'d'.repeat(64)}`,
})

async function open(token: string, json: unknown): Promise<UploadState> {
  const response = await call('POST', '/v1/uploads', { token, json })
  const text = await response.text()
  expect(response.status, text).toBe(201)
  return uploadStateSchema.parse(JSON.parse(text))
}

const isOpen = async (token: string, { upload_id: id }: UploadState) =>
  (await call('GET', `/v1/uploads/${id}`, { token })).status === 200

async function staged(): Promise<{ files: number; declared: number; stored: number }> {
  const names = await readdir(join(dataDir, 'staging'))
  const files = await Promise.all(names.map((name) => stat(join(dataDir, 'staging', name))))
  return {
    files: files.length,
    declared: files.reduce((sum, { size }) => sum + size, 0),
    stored: files.reduce((sum, { blocks }) => sum + blocks * 512, 0),
  }
}

describe('uploads that are opened and left', () => {
  it('by the thousand at once are bounded, and harm no other token', { timeout: 120_000 }, async () => {
    const [flooder, other] = [await newToken(), await newToken()]
    const archive = await packedArchive()
    const before = await open(other, {
      ...declaration(0, archive.size),
      sha256: archive.sha256,
      digest: archive.digest,
    })
    const flood = Array.from({ length: 2_000 }, (_, index) =>
      open(flooder, declaration(index + 1, 1_000_000)),
    )
    const during = await isOpen(other, before)
    const opened = await Promise.all(flood)
    expect(during).toBe(true)
    const left = await Promise.all(opened.map((upload) => isOpen(flooder, upload)))
    expect(left.filter(Boolean)).toHaveLength(OPEN_MAX)
    expect(await staged()).toMatchObject({ files: OPEN_MAX + 1, stored: 0 })

    const put = await call('PUT', `/v1/uploads/${before.upload_id}/parts/1`, {
      token: other,
      bytes: new Uint8Array(archive.bytes),
    })
    expect(put.status).toBe(200)
    const complete = await call('POST', `/v1/uploads/${before.upload_id}/complete`, { token: other })
    expect(await complete.json()).toMatchObject({ status: 'stored' })
  })

  it('declare no more bytes together than one token may fill of a disk', async () => {
    const flooder = await newToken()
    const size = ARCHIVE_MAX_BYTES
    const opened: UploadState[] = []
    for (let number = 0; number < 20; number += 1) opened.push(await open(flooder, declaration(number, size)))
    const left = await Promise.all(opened.map((upload) => isOpen(flooder, upload)))
    const fitting = Math.floor(BYTES_MAX / size)
    expect(left).toEqual([...Array(20 - fitting).fill(false), ...Array(fitting).fill(true)])
    expect((await staged()).declared).toBeLessThanOrEqual(BYTES_MAX)
  })

  it.each([ARCHIVE_MAX_BYTES + 1, Number.MAX_SAFE_INTEGER])(
    'take no disk where %d bytes are declared',
    async (size) => {
      const response = await call('POST', '/v1/uploads', {
        token: await newToken(),
        json: declaration(0, size),
      })
      expect(response.status).toBe(413)
      expect(await response.json()).toMatchObject({ code: 'archive_too_large', max_bytes: ARCHIVE_MAX_BYTES })
      expect(await staged()).toEqual({ files: 0, declared: 0, stored: 0 })
    },
  )

  it.each([0, -1, 1.5, '1', null, 1e308])('are none where the size %j is none', async (size) => {
    const json = { ...declaration(0, 1), size }
    const response = await call('POST', '/v1/uploads', { token: await newToken(), json })
    expect([413, 422]).toContain(response.status)
    expect((await staged()).files).toBe(0)
  })

  it.each(['0', '-1', '2', '99999', '100000', '1e1', '01', '1.0', '%31', 'x', '__proto__'])(
    'take no part %s that they do not have',
    async (part) => {
      const token = await newToken()
      const { upload_id: id } = await open(token, declaration(0, 1_000))
      const response = await call('PUT', `/v1/uploads/${id}/parts/${part}`, {
        token,
        bytes: new Uint8Array(1_000),
      })
      const isFirst = decodeURIComponent(part) === '1'
      expect(response.status).toBe(isFirst ? 200 : 400)
      if (!isFirst) expect(await response.json()).toMatchObject({ code: 'part_invalid' })
      expect((await staged()).declared).toBe(1_000)
    },
  )
})

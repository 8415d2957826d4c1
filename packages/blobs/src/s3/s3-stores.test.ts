import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { aWorkerId, failureOf, fakeRandomBytes, streamOf } from '@rbee/testing'
import { archiveStoreContract, documentStoreContract } from '@rbee/testing/contracts'
import { type S3Fault, type S3Server, type S3ServerOptions, startS3Server } from '@rbee/testing/s3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openS3Stores, type S3Place } from './index.ts'

const KEY = { kind: 'worker', id: aWorkerId() } as const
const bytes = (text: string) => new TextEncoder().encode(text)

function placeIn(server: S3Server, overrides: Partial<S3Place> = {}): S3Place {
  const { endpoint, bucketName: bucket, key } = server
  const { region, ...credentials } = key
  return { bucket, prefix: 'catalog/', endpoint, region, pathStyle: true, credentials, ...overrides }
}

async function openFresh(options: S3ServerOptions = {}, overrides: Partial<S3Place> = {}) {
  const server = await startS3Server(options)
  const folder = await mkdtemp(join(tmpdir(), 'rbee-s3-'))
  const close = async () => {
    await server.close()
    await rm(folder, { recursive: true })
  }
  const opening = openS3Stores(placeIn(server, overrides), {
    clock: Date.now,
    randomBytes: fakeRandomBytes(),
    spoolFolder: join(folder, 'spool'),
    sleep: async () => {},
    answerTimeout: 250,
  })
  return { server, folder, opening, close }
}

documentStoreContract('S3', async () => {
  const { opening, close } = await openFresh()
  return { store: (await opening).documents, close }
})
archiveStoreContract('S3', async () => {
  const { opening, close } = await openFresh()
  return { store: (await opening).archives, close }
})

describe('S3 stores', () => {
  const closing: (() => Promise<void>)[] = []
  let faults: S3Fault[] = []
  beforeEach(() => {
    faults = []
  })
  afterEach(async () => {
    for (const close of closing.splice(0)) await close()
  })

  async function open(options: S3ServerOptions = {}, overrides: Partial<S3Place> = {}) {
    const opened = await openFresh({ fault: () => faults.shift() ?? null, ...options }, overrides)
    closing.push(opened.close)
    return opened
  }

  it('leave nothing of their test of the store behind', async () => {
    const { server, opening } = await open()
    await opening
    expect([...server.bucket.objects.keys()]).toEqual([])
  })

  it('keep to their prefix, and store types and caching with the bytes', async () => {
    const { server, opening } = await open()
    await (await opening).documents.put(KEY, bytes('{}'))
    expect([...server.bucket.objects]).toMatchObject([
      [
        'catalog/documents/workers/echo-worker/worker.json',
        {
          contentType: 'application/json; charset=utf-8',
          cacheControl: expect.stringContaining('max-age=60'),
        },
      ],
    ])
  })

  it.each<[string, S3Fault]>([
    ['503 SlowDown', { code: 'SlowDown', status: 503 }],
    ['500', { code: 'InternalError', status: 500 }],
    ['429', { code: 'TooManyRequests', status: 429 }],
    ['RequestTimeout', { code: 'RequestTimeout', status: 400 }],
    ['a broken connection', 'break'],
    ['silence', 'silence'],
  ])('try again after %s', async (_name, fault) => {
    const { opening } = await open()
    const { documents, archives } = await opening
    faults = [fault, fault]
    await documents.put(KEY, bytes('one'))
    faults = [fault]
    expect((await documents.get(KEY))?.body).toEqual(bytes('one'))
    const staging = await archives.stage(5)
    faults = [fault]
    const receipt = await archives.writePart(staging, 1, streamOf(bytes('hello')), 5)
    faults = [fault]
    await archives.assemble(staging, [{ part: 1, receipt }])
  })

  it.each<[string, S3Fault]>([
    ['is overloaded', { code: 'SlowDown', status: 503 }],
    ['breaks connections', 'break'],
    ['is silent', 'silence'],
  ])('give up on a store that %s, with a code', async (_name, fault) => {
    const { opening } = await open()
    const { documents } = await opening
    faults = Array.from({ length: 4 }, () => fault)
    const failure = await failureOf(documents.put(KEY, bytes('one')))
    expect(failure).toMatchObject({ code: 'storage_failed', next: 'Try again in a moment' })
    expect(faults).toEqual([])
  })

  it('say that the store is full', async () => {
    const { opening } = await open()
    const { documents } = await opening
    faults = [{ code: 'XMinioStorageFull', status: 507 }]
    expect(await failureOf(documents.put(KEY, bytes('one')))).toMatchObject({ code: 'disk_full' })
  })

  it('report a conditional write whose answer was lost as not done, so that its writer looks again', async () => {
    let lose = false
    const { opening } = await open({
      loseAnswer: () => {
        const lost = lose
        lose = false
        return lost
      },
    })
    const { documents } = await opening
    lose = true
    expect(await documents.put(KEY, bytes('one'), { etag: null })).toBeNull()
    expect((await documents.get(KEY))?.body).toEqual(bytes('one'))
  })

  it('put parts together whose answer was lost', async () => {
    let lose = false
    const { opening } = await open({
      loseAnswer: (method) => {
        const lost = lose && method === 'POST'
        if (lost) lose = false
        return lost
      },
    })
    const { archives } = await opening
    const staging = await archives.stage(5)
    const receipt = await archives.writePart(staging, 1, streamOf(bytes('hello')), 5)
    lose = true
    await archives.assemble(staging, [{ part: 1, receipt }])
    expect(lose).toBe(false)
    expect(await new Response(await archives.openStaged(staging)).text()).toBe('hello')
  })

  it('do not take a bucket that is gone for documents that are missing', async () => {
    const { opening } = await open()
    const { documents } = await opening
    faults = [{ code: 'NoSuchBucket', status: 404 }]
    expect(await failureOf(documents.get(KEY))).toMatchObject({ code: 'storage_failed' })
  })

  it('keep no part on this machine once the store has it, or has refused it', async () => {
    const { folder, opening, server } = await open()
    const { archives } = await opening
    const staging = await archives.stage(5)
    await archives.writePart(staging, 1, streamOf(bytes('hello')), 5)
    await archives.discard(staging)
    await archives.writePart(staging, 1, streamOf(bytes('hello')), 5).catch(() => {})
    expect(await readdir(join(folder, 'spool'))).toEqual([])
    expect(server.bucket.openUploads).toBe(0)
  })
})

describe('opening S3 stores', () => {
  async function failureOfOpening(
    options: S3ServerOptions,
    overrides: (server: S3Server) => Partial<S3Place>,
  ) {
    const server = await startS3Server(options)
    const folder = await mkdtemp(join(tmpdir(), 'rbee-s3-'))
    try {
      return await failureOf(
        openS3Stores(placeIn(server, overrides(server)), {
          clock: Date.now,
          randomBytes: fakeRandomBytes(),
          spoolFolder: folder,
          sleep: async () => {},
          answerTimeout: 250,
        }),
      )
    } finally {
      await server.close()
      await rm(folder, { recursive: true })
    }
  }
  const credentials = { accessKeyId: 'AKTEST', secretAccessKey: 'test-secret' }

  it.each<[string, S3ServerOptions, Partial<S3Place>, RegExp, RegExp]>([
    [
      'a store without conditions',
      { ignoreConditions: true },
      {},
      /ignores If-None-Match/,
      /conditional writes/,
    ],
    ['a bucket that does not exist', {}, { bucket: 'other' }, /does not exist \(NoSuchBucket\)/, /--blobs/],
    [
      'an unknown key',
      {},
      { credentials: { ...credentials, accessKeyId: 'AKOTHER' } },
      /InvalidAccessKeyId/,
      /AWS_ACCESS_KEY_ID/,
    ],
    [
      'a wrong secret',
      {},
      { credentials: { ...credentials, secretAccessKey: 'hunter2' } },
      /SignatureDoesNotMatch/,
      /AWS_SECRET_ACCESS_KEY/,
    ],
    ['another region', {}, { region: 'eu-central-1' }, /lies in another region/, /AWS_REGION/],
    [
      'a token that is missing',
      { key: { sessionToken: 'temporary' } },
      {},
      /InvalidToken/,
      /AWS_SESSION_TOKEN/,
    ],
    ['a clock that is wrong', { clock: () => Date.now() - 3_600_000 }, {}, /clock of this machine/, /NTP/],
    [
      'a key that may only read',
      { fault: (method) => (method === 'PUT' ? { code: 'AccessDenied', status: 403 } : null) },
      {},
      /may not do this/,
      /get, put, delete and list/,
    ],
  ])('refuses %s, by name and without the secret', async (_name, options, overrides, message, next) => {
    const failure = await failureOfOpening(options, ({ key }) => ({
      credentials: { ...credentials, ...(overrides.credentials ?? {}), sessionToken: undefined },
      region: key.region,
      ...overrides,
    }))
    expect(failure?.code).toBe('setting_invalid')
    expect(failure?.message).toMatch(/^--blobs: /)
    expect(failure?.message).toMatch(message)
    expect(failure?.next).toMatch(next)
    expect(JSON.stringify([failure, String(failure?.cause)])).not.toMatch(
      /test-secret|hunter2|told of the secret/,
    )
  })

  it('tells a store that does not answer from a wrong setting', async () => {
    const failure = await failureOfOpening({}, () => ({ endpoint: new URL('http://127.0.0.1:1') }))
    expect(failure).toMatchObject({ code: 'storage_failed', message: 'The object store cannot be reached' })
  })
})

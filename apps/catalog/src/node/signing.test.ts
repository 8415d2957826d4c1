import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fakeClock, memoryDocumentStore, TemporaryFolder } from '@rbee/testing'
import { OFFLINE_LIFETIME_MS } from '@rbee/trust'
import { keyFolder, rotateKeys } from '@rbee/trust/key-folder'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openSigning, type Signing } from './signing.ts'

const DAY_MS = 86_400_000

describe('the signing of a server', () => {
  let folder: TemporaryFolder
  const clock = fakeClock()
  let marked = 0
  beforeEach(async () => {
    folder = await TemporaryFolder.create()
    marked = 0
  })
  afterEach(async () => {
    vi.useRealTimers()
    await folder[Symbol.asyncDispose]()
  })

  async function open(store: ReturnType<typeof memoryDocumentStore>): Promise<Signing> {
    const settings = {
      dataDir: folder.path,
      clock,
      randomBytes: (length: number) => new Uint8Array(randomBytes(length)),
      log: { info: () => {}, error: () => {} },
    }
    const database = {
      async markAllDue() {
        marked += 1
      },
    }
    const signing = await openSigning(settings, {
      documents: store,
      database,
      inTurn: (_key, action) => action(),
    })
    await signing.publish()
    return signing
  }

  it('begins with a set of its own, and marks all workers as due that once', async () => {
    const store = memoryDocumentStore()
    const signing = await open(store)
    expect(signing.root?.version).toBe(1)
    expect(marked).toBe(2)
    await signing.repository.check()
    await open(store)
    expect(marked).toBe(2)
  })

  it('renews what its own root key signed, two months before it expires', async () => {
    const store = memoryDocumentStore()
    await open(store)
    clock.advance(300 * DAY_MS)
    expect((await open(store)).root?.version).toBe(1)
    clock.advance(10 * DAY_MS)
    const signing = await open(store)
    expect(signing.root?.version).toBe(2)
    const status = await signing.repository.status()
    expect(Date.parse(status?.root.expires ?? '')).toBe(clock() + OFFLINE_LIFETIME_MS)
  })

  it('says what is wrong when the root key is elsewhere and nobody renews', async () => {
    const store = memoryDocumentStore()
    await open(store)
    await rm(join(folder.path, 'keys/root'), { recursive: true })
    clock.advance(366 * DAY_MS)
    const signing = await open(store)
    await signing.repository.renew()
    await expect(signing.repository.check()).rejects.toMatchObject({
      code: 'signing_failed',
      message: expect.stringContaining('has expired'),
    })
  })

  it('takes up another key while it runs, and renews', async () => {
    const store = memoryDocumentStore()
    const signing = await open(store)
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const running = signing.start()
    clock.advance(7 * 3_600_000)
    await rotateKeys(keyFolder(join(folder.path, 'keys')), 'online', {
      clock,
      randomBytes: (length) => new Uint8Array(randomBytes(length)),
      lifetimeMs: OFFLINE_LIFETIME_MS,
    })
    vi.advanceTimersByTime(60_000)
    await vi.waitFor(async () => expect((await signing.repository.status())?.root.version).toBe(2))
    await running.stop()
    await signing.repository.check()
    expect(signing.root?.version).toBe(2)
  })

  it('does not sign with keys of another registry', async () => {
    const store = memoryDocumentStore()
    await open(store)
    for (const name of ['metadata', 'online', 'root']) {
      await rm(join(folder.path, 'keys', name), { recursive: true })
    }
    const signing = await open(store)
    expect(signing.root).toBeNull()
    await expect(signing.repository.check()).rejects.toMatchObject({ code: 'signing_failed' })
    await expect(signing.repository.update(async () => new Map())).rejects.toMatchObject({
      code: 'signing_failed',
    })
  })
})

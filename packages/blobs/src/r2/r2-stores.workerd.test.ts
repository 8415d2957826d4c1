import { env } from 'cloudflare:workers'
import { fakeRandomBytes } from '@rbee/testing'
import { archiveStoreContract, documentStoreContract } from '@rbee/testing/contracts'
import { r2ArchiveStore, r2DocumentStore } from './index.ts'

const randomBytes = fakeRandomBytes()

documentStoreContract('R2', async () => ({ store: r2DocumentStore(env.BUCKET), close: empty }))
archiveStoreContract('R2', async () => ({ store: r2ArchiveStore(env.BUCKET, randomBytes), close: empty }))

/** The bucket belongs to the whole file, so that every test has to leave it empty. */
async function empty(): Promise<void> {
  for (;;) {
    const { objects } = await env.BUCKET.list()
    if (objects.length === 0) return
    await env.BUCKET.delete(objects.map((object) => object.key))
  }
}

import { RbeeError } from '@rbee/schema'
import { bodyOf, type S3Client } from './client.ts'
import { conditionOf, deleteObject, tagOf } from './document-store.ts'
import { isSettled } from './refusal.ts'

/** No object has this tag: it is not an MD5, which is what stores give bytes this small. */
const NOBODYS_TAG = '"00000000000000000000000000000000"'

/**
 * Tries with one small object whether the store does what a catalog needs of it, so that a store that does not is found
 * at the start and not by losing a change. Fails with `setting_invalid`, or with `storage_failed` where it does not answer.
 */
export async function probeStore(client: S3Client, name: string): Promise<void> {
  const key = `probe/${name}`
  try {
    await expectMissing(client, key)
    try {
      await tryConditions(client, key)
    } finally {
      await deleteObject(client, key)
    }
  } catch (error) {
    throw isSettled(error) ? asSetting(error) : error
  }
}

/** Without the right to list, AWS answers 403 for what does not exist. */
async function expectMissing(client: S3Client, key: string): Promise<void> {
  const response = await client.send({ method: 'GET', key, expect: [404] })
  if (response.ok) throw unfit('it has an object that nobody stored')
}

async function tryConditions(client: S3Client, key: string): Promise<void> {
  const first = await put(client, key, 'one', null)
  if (first === null) throw unfit('it refuses If-None-Match: * for what does not exist')
  if ((await put(client, key, 'two', null)) !== null) throw unfit('it ignores If-None-Match')
  if ((await put(client, key, 'two', NOBODYS_TAG)) !== null) throw unfit('it ignores If-Match')
  const second = await put(client, key, 'two', first)
  if (second === null || second === first) throw unfit('it does not replace what has the expected tag')
  const response = await client.send({ method: 'GET', key })
  if ((await response.text()) !== 'two') throw unfit('it does not give back what was just stored')
}

async function put(client: S3Client, key: string, text: string, etag: string | null): Promise<string | null> {
  const response = await client.send({
    method: 'PUT',
    key,
    headers: { 'content-type': 'text/plain', 'cache-control': 'no-store', ...conditionOf({ etag }) },
    body: bodyOf(new TextEncoder().encode(text)),
    expect: [412, 501],
  })
  if (response.status === 501) throw unfit('it does not know conditional writes')
  if (!response.ok) return null
  await response.arrayBuffer()
  return tagOf(response)
}

function unfit(what: string): RbeeError {
  return new RbeeError('setting_invalid', `--blobs: the object store cannot hold a catalog: ${what}`, {
    next: 'use a store with conditional writes (If-Match and If-None-Match), or file:DIR',
  })
}

function asSetting(error: unknown): RbeeError {
  if (!(error instanceof RbeeError)) throw error
  return new RbeeError('setting_invalid', `--blobs: ${error.message}`, { next: error.next, cause: error })
}

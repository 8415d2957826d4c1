import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { startS3Server } from '@rbee/testing/s3'
import { afterEach, expect, it } from 'vitest'
import { catalogFolder, endPrograms, idsOf, run, serve } from './testing/program.ts'

afterEach(endPrograms)

it('keeps a catalog in a bucket, and nothing of it in the data folder', async () => {
  await using folder = await catalogFolder()
  const store = await startS3Server()
  try {
    const env = {
      RBEE_BLOBS: `s3://${store.bucketName}/main`,
      AWS_ENDPOINT_URL: store.endpoint.href,
      AWS_ACCESS_KEY_ID: store.key.accessKeyId,
      AWS_SECRET_ACCESS_KEY: store.key.secretAccessKey,
    }
    await using first = await serve(folder.path, ['--catalog', 'catalog'], env)
    expect(idsOf(await first.get('/v1/workers'))).toEqual(['first-worker', 'second-worker'])
    expect((await first.stop()).code).toBe(0)
    expect([...store.bucket.objects.keys()]).toContain('main/documents/workers/first-worker/worker.json')
    const kept = await readdir(join(folder.path, 'data'))
    expect(kept).toContain('catalog.sqlite')
    expect(kept.filter((name) => ['documents', 'archives', 'staging'].includes(name))).toEqual([])

    await using second = await serve(folder.path, [], env)
    expect(idsOf(await second.get('/v1/workers'))).toContain('first-worker')
    await second.stop()

    const wrong = await run(folder.path, ['serve', '--port', '0', '--data-dir', 'data'], {
      ...env,
      AWS_SECRET_ACCESS_KEY: 'hunter2',
    })
    expect(wrong.code).toBe(2)
    expect(wrong.stderr).toMatch(/--blobs: .*\(SignatureDoesNotMatch\)/)
    expect(wrong.stderr).not.toMatch(/hunter2|AKTEST/)
  } finally {
    await store.close()
  }
})

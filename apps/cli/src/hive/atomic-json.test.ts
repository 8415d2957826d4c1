import { constants } from 'node:fs'
import { access, chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { z } from 'zod'
import { readJson, writeJsonAtomically } from './atomic-json.ts'
import { nameOfThisProcess } from './process-identity.ts'

const schema = z.object({ number: z.number() })
let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rbee-json-'))
  path = join(folder, 'active.json')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

it('removes what killed writers left beside the file, and nothing of living ones or of other files', async () => {
  const living = `active.json.${await nameOfThisProcess()}.tmp`
  for (const name of ['active.json.x.tmp', 'active.json.4194305.b%3A1.0-0.tmp', living, 'other.json.x.tmp'])
    await writeFile(join(folder, name), '{')
  await writeJsonAtomically(path, { number: 1 })
  expect((await readdir(folder)).toSorted()).toEqual(['active.json', living, 'other.json.x.tmp'].toSorted())
  expect(await readJson(path, schema)).toEqual({ number: 1 })
})

it('reads what was written, or says that the file is damaged, whatever became of its bytes', async () => {
  const damage = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.json().map((text) => new TextEncoder().encode(text)),
    fc.nat({ max: 18 }).map((length) => new TextEncoder().encode('{"number": 12345678}').subarray(0, length)),
  )
  await fc.assert(
    fc.asyncProperty(damage, async (bytes) => {
      await writeFile(path, bytes)
      const outcome = await readJson(path, schema).catch((error: unknown) => error)
      if (outcome instanceof Error) expect(outcome).toMatchObject({ code: 'state_damaged' })
      else expect(schema.safeParse(outcome).success).toBe(true)
    }),
    { numRuns: 100 },
  )
})

it('names a file of another user, which may not be read', async (ctx) => {
  await writeFile(path, '{"number": 1}')
  await chmod(path, 0)
  const readable = await access(path, constants.R_OK).then(
    () => true,
    () => false,
  )
  if (readable) ctx.skip('needs a user who may not read everything')
  await expect(readJson(path, schema)).rejects.toMatchObject({
    code: 'setting_invalid',
    message: `${path} may not be read (EACCES)`,
  })
})

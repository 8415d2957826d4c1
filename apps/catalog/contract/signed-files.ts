import { createHash } from 'node:crypto'
import { signedMetadataSchema } from '@rbee/schema'
import { z } from 'zod'
import { expectJson, type Subject } from './subject.ts'

const metaSchema = z.record(z.string(), z.object({ version: z.int() }))
const targetsSchema = z.record(
  z.string(),
  z.object({ length: z.int(), hashes: z.object({ sha256: z.string() }) }),
)

/** What is signed in a file of metadata; no signature is checked. */
export async function signedPart(subject: Subject, name: string) {
  return (await expectJson(await subject.fetch(`/v1/tuf/${name}`), 200, signedMetadataSchema)).signed
}

/** Version of each role as the timestamp leads to it. */
export async function currentMeta(subject: Subject) {
  const timestamp = await signedPart(subject, 'timestamp.json')
  const { 'snapshot.json': snapshot } = metaSchema.parse(timestamp.meta)
  return metaSchema.parse((await signedPart(subject, `${snapshot?.version}.snapshot.json`)).meta)
}

/** Address, size and digest of a file that the metadata lists; null where it lists none. */
export async function listedFile(subject: Subject, path: string) {
  const index = createHash('sha256').update(path).digest().readUInt32BE() >>> 23
  const bin = `bin-${index.toString(16).padStart(3, '0')}.json`
  const { version } = (await currentMeta(subject))[bin] ?? {}
  const target = targetsSchema.parse((await signedPart(subject, `${version}.${bin}`)).targets)[path]
  if (target === undefined) return null
  const { sha256 } = target.hashes
  const address = `/v1/tuf/targets/${path.replace(/([^/]+)$/, `${sha256}.$1`)}`
  return { address, sha256, length: target.length }
}

import { entryHash } from '@rbee/registry'
import {
  type Artifact,
  catalogStateSchema,
  type ReleaseInput,
  releaseDocumentSchema,
  syncStateSchema,
  type TokenInput,
  tokenAnswerSchema,
  UPLOAD_PART_BYTES,
  type UploadState,
  uploadStateSchema,
} from '@rbee/schema'
import {
  aCatalogEntry,
  aManifest,
  aReleaseInput,
  artifactOf,
  declarationOf,
  type PackedArchive,
  packedArchive,
} from '@rbee/testing'
import { expectJson, type Subject, send } from './subject.ts'

/** The official LLM worker's folder in Git: four variants, a README, a changelog, no PKGBUILD. */
export const LLM_WORKER = aCatalogEntry({
  manifest: aManifest({
    id: 'llm-worker',
    name: 'LLM worker',
    build: { features: ['cuda', 'cpu'], default_feature: 'cpu' },
    platforms: { linux: ['x86_64', 'aarch64'] },
    tags: ['llm'],
  }),
  version: '0.2.0',
  readme: '# LLM worker\n',
  changelog: '# Changelog\n\n## [0.2.0] - 2026-10-01\n\n- Streams answers\n',
  git: { url: null, commit: 'b'.repeat(40), branch: 'main', path: 'llm-worker' },
})

/** A community worker in a folder of its own, with a PKGBUILD and nothing built. */
export const SOURCE_WORKER = aCatalogEntry({
  manifest: aManifest({ id: 'source-worker', name: 'Source worker' }),
  source: 'community',
  layout: 'folder',
  pkgbuild: 'pkgname=source-worker\npkgver=1.0.0\npkgrel=1\n',
  checks: {
    checker: 'rbee-checker/1',
    findings: [
      {
        ...{ rule: 'sums-skip', severity: 'error', file: 'PKGBUILD', line: 3 },
        reason: 'an item of <b>source</b> skips its checksum',
        cure: 'write its sum',
      },
    ],
  },
  readme: null,
  git: { url: null, commit: 'b'.repeat(40), branch: 'main', path: 'community/source-worker' },
})

/** A worker that was published without a catalog. */
export const ECHO_WORKER = 'echo-worker'
const ECHO_FILES = { 'bin/echo-worker': 'echo', LICENSE: 'Apache-2.0', 'README.md': '# Echo' }

export interface Samples {
  readonly publishToken: string
  readonly zstd: PackedArchive
  readonly gzip: PackedArchive
}

/** Brings the sample workers into a fresh server, through the API that everybody uses. */
export async function bringSamples(subject: Subject): Promise<Samples> {
  await syncEntries(subject, 'samples', [LLM_WORKER, SOURCE_WORKER])
  const publishToken = await createToken(subject, { scope: 'publish' })
  const zstd = await packedArchive(ECHO_FILES, 'tar.zst')
  const gzip = await packedArchive(ECHO_FILES, 'tar.gz')
  await sendArchive(subject, publishToken, zstd)
  await sendArchive(subject, publishToken, gzip)
  await publish(subject, publishToken, releaseOf(ECHO_WORKER, [artifactOf([zstd, gzip])]))
  return { publishToken, zstd, gzip }
}

export async function createToken(subject: Subject, input: TokenInput): Promise<string> {
  const response = await send(subject, 'POST', '/v1/tokens', { token: subject.operatorToken, json: input })
  return (await expectJson(response, 201, tokenAnswerSchema)).token
}

/** Opens an upload, sends all parts and completes it. */
export async function sendArchive(
  subject: Subject,
  token: string,
  packed: PackedArchive,
): Promise<UploadState> {
  const opened = await send(subject, 'POST', '/v1/uploads', { token, json: declarationOf(packed) })
  const { upload_id, parts } = await expectJson(opened, 201, uploadStateSchema)
  for (let part = 1; part <= parts; part += 1) {
    const bytes = packed.bytes.slice((part - 1) * UPLOAD_PART_BYTES, part * UPLOAD_PART_BYTES)
    await expectJson(await putPart(subject, token, `${upload_id}`, part, bytes), 200, uploadStateSchema)
  }
  const completed = await send(subject, 'POST', `/v1/uploads/${upload_id}/complete`, { token })
  return expectJson(completed, 200, uploadStateSchema)
}

export function putPart(
  subject: Subject,
  token: string,
  upload: string,
  part: number,
  body: Uint8Array<ArrayBuffer>,
): Promise<Response> {
  return subject.fetch(`/v1/uploads/${upload}/parts/${part}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' },
    body,
  })
}

export function releaseOf(id: string, artifacts: readonly Artifact[], version = '1.0.0'): ReleaseInput {
  return aReleaseInput({ manifest: aManifest({ id }), version, artifacts: [...artifacts] })
}

export async function publish(subject: Subject, token: string, input: ReleaseInput) {
  const path = `/v1/workers/${input.manifest.id}/${input.version}`
  return expectJson(await send(subject, 'PUT', path, { token, json: input }), 201, releaseDocumentSchema)
}

/** Syncs a catalog that holds exactly these entries. */
export async function syncEntries(
  subject: Subject,
  catalog: string,
  entries: readonly (typeof LLM_WORKER)[],
) {
  const token = subject.operatorToken
  const announced = entries.map((entry) => ({ id: entry.manifest.id, hash: entryHash(entry) }))
  const json = { catalog, commit: 'b'.repeat(40), entries: announced }
  const begun = await send(subject, 'POST', '/v1/catalog/syncs', { token, json })
  const { sync_id, needed } = await expectJson(begun, 201, syncStateSchema)
  const asked = entries.filter(({ manifest }) => needed.includes(manifest.id))
  if (asked.length > 0) {
    const sent = await send(subject, 'PUT', `/v1/catalog/syncs/${sync_id}/entries`, {
      token,
      json: { entries: asked },
    })
    if (!sent.ok) throw new Error(await sent.text())
  }
  const finished = await send(subject, 'POST', `/v1/catalog/syncs/${sync_id}/finish`, {
    token,
    json: { findings: [] },
  })
  return { needed, state: await expectJson(finished, 200, catalogStateSchema) }
}

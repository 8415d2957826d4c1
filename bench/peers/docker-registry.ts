import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { freePort } from '../../packages/testing/src/free-port.ts'
import { has } from '../processes.ts'
import type { MissingPeer, Peer, Stage } from './peer.ts'
import type { SampleFile } from './sample-file.ts'

const NAME = 'docker-registry'
const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json'

/** Serves an image of one layer, which is the sample file; the document is its manifest. */
export async function startDockerRegistry(stage: Stage, file?: SampleFile): Promise<Peer | MissingPeer> {
  if (!has('docker-registry')) {
    return { name: NAME, note: 'docker-registry is not installed (apt-get install docker-registry)' }
  }
  const folder = join(stage.folder, 'docker-registry')
  await mkdir(folder)
  const port = await freePort()
  const configuration = `
version: 0.1
log: { level: info }
storage: { filesystem: { rootdirectory: ${folder} } }
http: { addr: 127.0.0.1:${port} }
`
  await writeFile(join(folder, 'config.yml'), configuration)
  const url = `http://127.0.0.1:${port}/v2`
  await stage.start('docker-registry', ['serve', join(folder, 'config.yml')], `${url}/`)
  const image = `${url}/sample`
  const config = Buffer.from('{}')
  const configDigest = createHash('sha256').update(config).digest('hex')
  await pushBlob(image, configDigest, config)
  if (file) await pushBlob(image, file.sha256, Readable.toWeb(createReadStream(file.path)))
  const manifest = {
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    config: {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      digest: `sha256:${configDigest}`,
      size: 2,
    },
    layers: file
      ? [
          {
            mediaType: 'application/vnd.oci.image.layer.v1.tar',
            digest: `sha256:${file.sha256}`,
            size: file.size,
          },
        ]
      : [],
  }
  await put(`${image}/manifests/latest`, MANIFEST_TYPE, JSON.stringify(manifest))
  return {
    name: NAME,
    document: `${image}/manifests/latest`,
    documentType: MANIFEST_TYPE,
    file: file ? `${image}/blobs/sha256:${file.sha256}` : '',
  }
}

async function pushBlob(image: string, sha256: string, body: RequestInit['body']): Promise<void> {
  const opened = await fetch(`${image}/blobs/uploads/`, { method: 'POST' })
  const place = opened.headers.get('location')
  if (place === null) throw new Error(`docker-registry opened no upload: ${opened.status}`)
  const address = new URL(place, image)
  address.searchParams.set('digest', `sha256:${sha256}`)
  await put(address.href, 'application/octet-stream', body)
}

async function put(url: string, type: string, body: RequestInit['body']): Promise<void> {
  const response = await fetch(url, {
    method: 'PUT',
    headers: { 'content-type': type },
    body,
    duplex: 'half',
  })
  if (!response.ok)
    throw new Error(`docker-registry refused ${url}: ${response.status} ${await response.text()}`)
}

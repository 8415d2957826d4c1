import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { startServer } from '@rbee/catalog/node'
import {
  aManifest,
  anOperator,
  aReleaseInput,
  artifactOf,
  packedArchive,
  sendArchive,
  TemporaryFolder,
} from '@rbee/testing'
import {
  bundleBytes,
  EMPTY_EDGE,
  edgeRoot,
  extendTree,
  type LogSource,
  leafHash,
  type NoteSigner,
  parseSignerKey,
  readCheckpoint,
  replayLog,
  signCheckpoint,
  tileBytes,
  tilePath,
} from '@rbee/transparency-log'

/** What is answered in the place of the truth, by path; null for 404. */
export type Lies = Map<string, Uint8Array | string | null>

/** A real server, behind one that may answer something else. */
export interface LyingServer {
  /** The address under which it lies. */
  readonly url: string
  readonly lies: Lies
  /** What really signs its log. */
  readonly signer: NoteSigner
  publish(worker: string, version: string): Promise<void>
  /** Entries of the real log. */
  entries(): Promise<Uint8Array[]>
  readonly folder: TemporaryFolder
  close(): Promise<void>
}

export async function lyingServer(): Promise<LyingServer> {
  const folder = await TemporaryFolder.create()
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    dataDir: `${folder.path}/data`,
    log: { info: () => {}, error: console.error },
    clock: Date.now,
    randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
  })
  const lies: Lies = new Map()
  const signer = parseSignerKey(await readFile(`${folder.path}/data/keys/log.key`, 'utf8'))
  const front = createServer(async (request, response) => {
    const path = request.url ?? ''
    const lie = lies.get(path)
    if (lie === undefined) {
      const truth = await fetch(server.url + path)
      response.writeHead(truth.status, { 'content-type': truth.headers.get('content-type') ?? '' })
      response.end(new Uint8Array(await truth.arrayBuffer()))
      return
    }
    response.writeHead(lie === null ? 404 : 200, { 'content-type': 'application/json' })
    response.end(
      lie ?? '{"code":"release_not_found","status":404,"title":"x","detail":"x","type":"x","error":"x"}',
    )
  })
  front.listen(0, '127.0.0.1')
  await once(front, 'listening')
  const address = front.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    lies,
    folder,
    signer,
    async publish(worker, version) {
      const packed = await packedArchive({ [`bin/${worker}`]: `${worker} ${version}` })
      await sendArchive(server.registry, anOperator(), packed)
      const input = aReleaseInput({
        manifest: aManifest({ id: worker }),
        version,
        artifacts: [artifactOf([packed])],
      })
      await server.registry.publishRelease(anOperator(), input.manifest.id, input)
    },
    async entries() {
      const source: LogSource = async (path) => {
        const answer = await fetch(`${server.url}/v1/log/${path}`)
        return answer.ok ? new Uint8Array(await answer.arrayBuffer()) : null
      }
      const found: Uint8Array[] = []
      const head = await readCheckpoint(source, signer.verifier)
      await replayLog(source, head, { known: null, onEntry: (_, entry) => found.push(entry) })
      return found
    },
    async close() {
      front.closeAllConnections()
      front.close()
      await server.close()
      await folder[Symbol.asyncDispose]()
    },
  }
}

/** Everything that a log of these entries shows, signed or not. */
export function logOf(entries: readonly Uint8Array[], signer: NoteSigner | null): Lies {
  const { edge, tiles } = extendTree(EMPTY_EDGE, entries.map(leafHash))
  const shown: Lies = new Map()
  for (const { level, index, hashes } of tiles) {
    shown.set(`/v1/log/${tilePath({ level, index, width: hashes.length })}`, tileBytes(hashes))
  }
  shown.set(bundlePath(entries.length), bundleBytes(entries))
  if (signer !== null) {
    shown.set('/v1/log/checkpoint', signCheckpoint({ size: edge.size, root: edgeRoot(edge) }, signer))
  }
  return shown
}

/** The bundle of a log of fewer than 256 entries. */
export function bundlePath(size: number): string {
  return `/v1/log/${tilePath({ level: 'entries', index: 0, width: size })}`
}

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { RbeeError } from '@rbee/schema'
import {
  bundleBytes,
  EMPTY_EDGE,
  edgeRoot,
  extendTree,
  leafHash,
  type NoteSigner,
  parseBundle,
  parseSignerKey,
  parseTilePath,
  signCheckpoint,
  TILE_WIDTH,
  tileBytes,
} from '@rbee/transparency-log'
import type { Lie } from './lying-proxy.ts'

/** The key of a server's log: who has it can sign any log. */
export async function stolenLogKey(dataDir: string): Promise<NoteSigner> {
  return parseSignerKey(await readFile(join(dataDir, 'keys', 'log.key'), 'utf8'))
}

/** All entries of a log, which may not have more than 255. */
export async function entriesOf(registry: string): Promise<Uint8Array[]> {
  const [, size = ''] = (await (await fetch(`${registry}/v1/log/checkpoint`)).text()).split('\n')
  const bundle = await fetch(`${registry}/v1/log/tile/entries/000.p/${size}`)
  return parseBundle(new Uint8Array(await bundle.arrayBuffer()), Number(size))
}

/** Shows a log of these entries in place of the true one. */
export function forgedLog(entries: readonly Uint8Array[], signer: NoteSigner): Lie {
  if (entries.length >= TILE_WIDTH) throw new RbeeError('log_invalid', 'more entries than one tile holds')
  const hashes = entries.map(leafHash)
  const { edge } = extendTree(EMPTY_EDGE, hashes)
  const checkpoint = signCheckpoint({ size: entries.length, root: edgeRoot(edge) }, signer)
  return (path, answer) => {
    if (path === '/v1/log/checkpoint') return { status: 200, body: Buffer.from(checkpoint) }
    const tile = parseTilePath(path.replace('/v1/log/', ''))
    if (tile === null) return answer
    if (tile.index > 0 || tile.width > entries.length) return { status: 404, body: Buffer.from('{}') }
    const body =
      tile.level === 'entries'
        ? bundleBytes(entries.slice(0, tile.width))
        : tileBytes(hashes.slice(0, tile.width))
    return { status: 200, body: Buffer.from(body) }
  }
}

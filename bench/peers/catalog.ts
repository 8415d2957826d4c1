import { copyFile, mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { archivePath } from '../../packages/registry/src/index.ts'
import { sha256Schema } from '../../packages/schema/src/index.ts'
import { freePort } from '../../packages/testing/src/free-port.ts'
import type { Peer, Stage } from './peer.ts'
import type { SampleFile } from './sample-file.ts'

const CATALOG = fileURLToPath(new URL('../../apps/cli/src/entry/rbee-catalog.ts', import.meta.url))
const WORKERS = fileURLToPath(new URL('../../workers', import.meta.url))
/** Requests are counted as they are in production, and none is refused. */
const LIMITS = 'list=9999999,detail=9999999,pkgbuild=9999999,page=9999999'
const DOCUMENT = '/v1/workers/llm-worker'

export interface CatalogServer extends Peer {
  readonly url: string
  readonly pid: number
  readonly operatorToken: string
}

/** The catalog as it runs in production: limits, request ids, figures, and a line in a log for each request. */
export async function startCatalog(stage: Stage, file?: SampleFile): Promise<CatalogServer> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const data = join(stage.folder, 'catalog')
  const operatorToken = 'rbee_op_of-the-measurement'
  if (file) {
    const place = join(data, archivePath(sha256Schema.parse(file.sha256)))
    await mkdir(dirname(place), { recursive: true })
    await copyFile(file.path, place)
  }
  const pid = await stage.start(
    process.execPath,
    [
      CATALOG,
      'serve',
      ...['--port', String(port), '--data-dir', data, '--catalog', WORKERS, '--rate-limit', LIMITS],
      ...['--log-format', 'json', '--log-level', 'info'],
    ],
    url + DOCUMENT,
    { stderr: join(stage.folder, 'catalog.log'), env: { RBEE_OPERATOR_TOKEN: operatorToken } },
  )
  return {
    name: 'catalog on Node',
    url,
    pid,
    operatorToken,
    document: url + DOCUMENT,
    file: file ? `${url}/v1/blobs/sha256/${file.sha256}` : '',
  }
}

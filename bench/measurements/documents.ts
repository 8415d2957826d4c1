import { inTurns, type Measurement } from '../measurement.ts'
import { startCatalog } from '../peers/catalog.ts'
import { startDockerRegistry } from '../peers/docker-registry.ts'
import { startNginx } from '../peers/nginx.ts'
import { isMissing, onStage, type Peer } from '../peers/peer.ts'
import { startVerdaccio } from '../peers/verdaccio.ts'
import { has, run } from '../processes.ts'

const ROUNDS = 5

/**
 * Requests per second for the small document that a client of each registry asks for first. nginx serves our document
 * with our header fields from a file. Every side writes a log.
 */
export async function documents(): Promise<Measurement> {
  return onStage('documents', async (stage) => {
    const catalog = await startCatalog(stage)
    const peers = [
      catalog,
      await startNginx(stage, catalog.document),
      await startVerdaccio(stage),
      await startDockerRegistry(stage),
    ]
    const hasLoad = has('wrk')
    const sides = peers.map((peer) => {
      if (isMissing(peer)) return { name: peer.name, run: null, note: peer.note }
      if (!hasLoad) return { name: peer.name, run: null, note: 'wrk is not installed (apt-get install wrk)' }
      return { name: peer.name, run: async () => requestsPerSecond(peer) }
    })
    // Compilers of the runtimes are warm before anything counts.
    for (const side of sides) await side.run?.()
    return {
      what: 'Document of one worker, package or image; 16 connections, 1 load thread',
      unit: 'requests/s',
      higherIsBetter: true,
      results: await inTurns(ROUNDS, sides),
    }
  })
}

function requestsPerSecond({ document, documentType = '*/*' }: Peer): number {
  const report = run('wrk', ['-t1', '-c16', '-d4s', '-H', `Accept: ${documentType}`, document])
  if (/Non-2xx|Socket errors/.test(report)) throw new Error(`errors under load:\n${report}`)
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(report)?.[1])
}

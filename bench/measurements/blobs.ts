import { inTurns, type Measurement } from '../measurement.ts'
import { startCatalog } from '../peers/catalog.ts'
import { startDockerRegistry } from '../peers/docker-registry.ts'
import { startNginx } from '../peers/nginx.ts'
import { isMissing, onStage } from '../peers/peer.ts'
import { makeSampleFile } from '../peers/sample-file.ts'
import { startVerdaccio } from '../peers/verdaccio.ts'
import { run } from '../processes.ts'

const SIZE = 100_000_000
const ROUNDS = 9

/** Bytes per second of one download of 100 MB over loopback, from a file that the system has in memory. */
export async function blobs(): Promise<Measurement> {
  return onStage('blobs', async (stage) => {
    const file = await makeSampleFile(stage.folder, SIZE)
    const catalog = await startCatalog(stage, file)
    const peers = [
      catalog,
      await startNginx(stage, catalog.document, file),
      await startDockerRegistry(stage, file),
      await startVerdaccio(stage, file),
    ]
    const sides = peers.map((peer) =>
      isMissing(peer)
        ? { name: peer.name, run: null, note: peer.note }
        : { name: peer.name, run: async () => gigabytesPerSecond(peer.file) },
    )
    for (const side of sides) await side.run?.()
    return {
      what: 'Download of 100 MB',
      unit: 'GB/s',
      higherIsBetter: true,
      results: await inTurns(ROUNDS, sides),
    }
  })
}

function gigabytesPerSecond(url: string): number {
  const report = run('curl', ['-sf', '-o', '/dev/null', '-w', '%{size_download} %{speed_download}', url])
  const [size, speed] = report.split(' ').map(Number)
  if (size !== SIZE || speed === undefined) throw new Error(`${url} gave ${report}`)
  return speed / 1e9
}

import { setTimeout as pause } from 'node:timers/promises'
import { reader, slowHead, slowReader, slowUpload } from '../clients/slow-clients.ts'
import { newTally, type Tally } from '../clients/tally.ts'
import { type Measurement, median } from '../measurement.ts'
import { type CatalogServer, startCatalog } from '../peers/catalog.ts'
import { onStage } from '../peers/peer.ts'
import { makeSampleFile } from '../peers/sample-file.ts'

const FILE_BYTES = 100_000_000
const READERS = 256
const SLOW_READERS = 128
const SLOW_HEADS = 64
const SLOW_UPLOADS = 64
/**
 * Of the duration, before anything of the memory counts: buffers and compiled code come first, and the allocator takes
 * some four minutes to find its size.
 */
const WARM_UP_SHARE = 0.4
const MAX_WARM_UP_S = 240

/**
 * The memory of a server with 512 connections, half of them of clients that take their time: with reading, with the
 * head of a request, with uploads. Fails when a client is answered with anything but success or 429.
 */
export async function connections(seconds: number): Promise<Measurement> {
  return onStage('connections', async (stage) => {
    const file = await makeSampleFile(stage.folder, FILE_BYTES)
    const catalog = await startCatalog(stage, file)
    const tally = newTally()
    const ending = new AbortController()
    const running = clientsOf(catalog).map((client) => client(tally, ending.signal))
    const memory = await watchMemory(catalog.url, seconds)
    ending.abort()
    await Promise.all(running)
    if (tally.failures.size > 0) throw new Error(`requests failed:\n${describeFailures(tally)}`)
    return {
      what: `Memory with ${running.length} connections for ${seconds} s, half of them of slow clients`,
      unit: 'MiB',
      higherIsBetter: false,
      withoutPeers: true,
      results: [
        { name: 'first quarter', median: median(memory.slice(0, Math.ceil(memory.length / 4))) },
        { name: 'last quarter', median: median(memory.slice(-Math.ceil(memory.length / 4))) },
        { name: 'highest', median: Math.max(...memory) },
      ],
      remarks: [describeRequests(tally, seconds)],
    }
  })
}

function clientsOf({ url, document, file, operatorToken }: CatalogServer) {
  const several = <Item>(count: number, make: () => Item) => Array.from({ length: count }, make)
  return [
    ...several(READERS, () => reader(document)),
    ...several(SLOW_READERS, () => slowReader(file)),
    ...several(SLOW_HEADS, () => slowHead(document)),
    ...several(SLOW_UPLOADS, () => slowUpload(url, operatorToken)),
  ]
}

/** Resident memory in MiB, once a second after warming up. */
async function watchMemory(url: string, seconds: number): Promise<number[]> {
  const warmUp = Math.min(MAX_WARM_UP_S, seconds * WARM_UP_SHARE)
  await pause(warmUp * 1000)
  const samples: number[] = []
  for (
    const end = performance.now() + (seconds - warmUp) * 1000;
    performance.now() < end;
    await pause(1000)
  ) {
    const text = await (await fetch(`${url}/metrics`)).text()
    samples.push(Number(/^process_resident_memory_bytes (\S+)/m.exec(text)?.[1]) / 2 ** 20)
  }
  return samples
}

function describeRequests({ answered, limited, latencies }: Tally, seconds: number): string {
  const sorted = latencies.toSorted((a, b) => a - b)
  const slowest = sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN
  const rate = (answered / seconds).toFixed(0)
  return `${answered} requests answered (${rate} per second), ${limited} with 429, none failed; documents took ${median(sorted).toFixed(1)} ms, 99 % at most ${slowest.toFixed(1)} ms`
}

function describeFailures({ failures }: Tally): string {
  return [...failures].map(([failure, count]) => `  ${count} × ${failure}`).join('\n')
}

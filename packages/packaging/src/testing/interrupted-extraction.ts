// A process that unpacks an archive as far as the first frames and then waits to be killed.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CompressedArtifact } from '../archive/compress-archive.ts'
import { extractArchive } from '../archive/extract-archive.ts'
import { readResumePoint } from '../archive/extraction-journal.ts'

const { folder, artifact }: { folder: string; artifact: CompressedArtifact } = JSON.parse(
  process.argv[2] ?? '',
)
const [archive] = artifact.archives
if (!archive) throw new Error('nothing was packed')
const { path, sha256, size } = archive
const journal = join(folder, 'out.journal')
await extractArchive(firstHalf(), 'tar.zst', join(folder, 'out'), {
  expected: { sha256, size, digest: artifact.digest },
  journal: { path: journal, from: null },
})

async function* firstHalf(): AsyncGenerator<Uint8Array> {
  const bytes = await readFile(path)
  const piece = 300_000
  for (let at = 0; at < bytes.length * 0.7; at += piece) yield new Uint8Array(bytes.subarray(at, at + piece))
  // What was given is unpacked on other threads.
  while (((await readResumePoint(journal, sha256))?.unpacked ?? 0) <= 30 * 2 ** 20) {
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  process.send?.('waiting')
  await new Promise(() => setInterval(() => {}, 1_000))
}

import { createHash, randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { extractArchive } from '../../packages/packaging/src/index.ts'
import { digestSchema, sha256Schema } from '../../packages/schema/src/index.ts'
import { inTurns, type Measurement } from '../measurement.ts'
import { has, run, seconds } from '../processes.ts'

const MEBIBYTE = 2 ** 20
const SIZE = 256 * MEBIBYTE

/**
 * Seconds to check and unpack an archive of 256 MiB, half of it compressible, from a file: one pass that hashes,
 * decompresses, hashes and writes durably, beside a shell pipe that hashes the compressed bytes and unpacks.
 */
export async function unpacking(): Promise<Measurement> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-unpacking-'))
  try {
    const archive = await makeArchive(folder)
    let targets = 0
    const newTarget = () => {
      targets += 1
      return join(folder, `target-${targets}`)
    }
    return {
      what: 'Check and unpack 256 MiB (.tar.zst)',
      unit: 's',
      higherIsBetter: false,
      results: await inTurns(5, [
        {
          name: 'rbee-hive (both digests, synced)',
          run: async () => {
            const target = newTarget()
            const started = performance.now()
            await extractArchive(createReadStream(archive.path), 'tar.zst', target, {
              expected: archive.expected,
            })
            const elapsed = (performance.now() - started) / 1000
            await rm(target, { recursive: true })
            return elapsed
          },
        },
        {
          name: 'tee >(sha256sum) | tar --zstd -x',
          run: has('zstd') ? async () => unpackWithShell(archive.path, newTarget()) : null,
          note: 'zstd is not installed',
        },
      ]),
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function makeArchive(folder: string) {
  const content = join(folder, 'content')
  await mkdir(join(content, 'bin'), { recursive: true })
  await mkdir(join(content, 'lib'))
  await writeFile(join(content, 'bin/worker'), '#!/bin/sh\n')
  await chmod(join(content, 'bin/worker'), 0o755)
  for (let part = 0; part < SIZE / (32 * MEBIBYTE); part += 1) {
    const half = 16 * MEBIBYTE
    await writeFile(
      join(content, 'lib', `part-${part}`),
      Buffer.concat([randomBytes(half), Buffer.alloc(half, `part ${part} `)]),
    )
  }
  const tar = join(folder, 'archive.tar')
  run('tar', ['--format=ustar', '--owner=0', '--group=0', '-cf', tar, '-C', content, 'bin', 'lib'])
  const path = `${tar}.zst`
  run('zstd', ['-q', '-3', tar, '-o', path])
  const compressed = await digestOfFile(path)
  const expected = {
    sha256: sha256Schema.parse(compressed.sha256),
    size: compressed.size,
    digest: digestSchema.parse(`sha256:${(await digestOfFile(tar)).sha256}`),
  }
  await rm(tar)
  return { path, expected }
}

async function digestOfFile(path: string): Promise<{ sha256: string; size: number }> {
  const hash = createHash('sha256')
  let size = 0
  for await (const chunk of createReadStream(path)) {
    hash.update(chunk)
    size += chunk.length
  }
  return { sha256: hash.digest('hex'), size }
}

async function unpackWithShell(archive: string, target: string): Promise<number> {
  await mkdir(target)
  const elapsed = seconds('bash', [
    '-c',
    'cat "$1" | tee >(sha256sum >/dev/null) | tar --zstd -x -C "$2" && sync -f "$2"',
    'bash',
    archive,
    target,
  ])
  await rm(target, { recursive: true })
  return elapsed
}

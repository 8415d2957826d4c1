import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'

/** Compressed size of a Worker on the free and the paid plan: https://developers.cloudflare.com/workers/platform/limits/ */
const FREE_LIMIT = 3 * 2 ** 20
const PAID_LIMIT = 10 * 2 ** 20

/** Says how large a built Worker is, and which plans take it. */
export async function describeBundle(folder: string): Promise<string> {
  const names = (await readdir(folder)).filter((name) => /\.(m?js|wasm)$/.test(name))
  const files = await Promise.all(names.map((name) => readFile(join(folder, name))))
  const packed = await Promise.all(files.map((file) => promisify(gzip)(file)))
  const size = sum(packed)
  return `The Worker has ${kib(sum(files))}, ${kib(size)} compressed: ${planFor(size)}.`
}

function planFor(size: number): string {
  if (size <= FREE_LIMIT) return 'within the 3 MiB of the free plan'
  return size <= PAID_LIMIT
    ? 'within the 10 MiB of the paid plan'
    : 'more than the 10 MiB that Cloudflare takes'
}

const sum = (files: readonly Buffer[]): number => files.reduce((total, { length }) => total + length, 0)
const kib = (bytes: number): string => `${Math.ceil(bytes / 1024)} KiB`

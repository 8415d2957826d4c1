import { createHash } from 'node:crypto'
import { readImageFacts } from '@rbee/images'
import {
  ENTRY_IMAGES_MAX,
  type EntryScreenshot,
  IMAGE_MAX_BYTES,
  RbeeError,
  type Sha256,
  sha256Schema,
  type WorkerManifest,
} from '@rbee/schema'
import type { FolderFindings, Problem } from '../findings.ts'
import { MANIFEST_FILE } from '../manifest/read.ts'
import { type CatalogTree, joinPath } from '../tree/catalog-tree.ts'
import { describeUnreadable } from '../tree/read-text.ts'

/** In bytes, of one catalog: they stay in memory until they are sent. */
const MAX_TOGETHER = 128 * 2 ** 20

/**
 * The pictures of one catalog. What is none, or too large, is left out with a warning: a worker is as good without it.
 */
export class Pictures {
  readonly #bytes = new Map<Sha256, Uint8Array<ArrayBuffer>>()
  #left: number

  constructor(maxTogether = MAX_TOGETHER) {
    this.#left = maxTogether
  }

  /** By the SHA-256 of each. */
  get bytes(): ReadonlyMap<Sha256, Uint8Array<ArrayBuffer>> {
    return this.#bytes
  }

  /** Reads those screenshots of a manifest that are files of its folder. */
  async take(
    tree: CatalogTree,
    folder: string,
    { screenshots }: WorkerManifest,
    findings: FolderFindings,
  ): Promise<readonly EntryScreenshot[]> {
    const files = new Set(screenshots.map(({ url }) => url).filter((url) => !url.startsWith('https:')))
    if (files.size > ENTRY_IMAGES_MAX) findings.warn(tooMany(files.size))
    const taken: EntryScreenshot[] = []
    for (const path of [...files].slice(0, ENTRY_IMAGES_MAX)) {
      const bytes = await readPicture(tree, folder, path, findings)
      const screenshot = bytes && this.#keep(path, bytes, findings)
      if (screenshot !== null) taken.push(screenshot)
    }
    return taken
  }

  #keep(path: string, bytes: Uint8Array, findings: FolderFindings): EntryScreenshot | null {
    try {
      const facts = readImageFacts(bytes)
      const sha256 = sha256Schema.parse(createHash('sha256').update(bytes).digest('hex'))
      if (this.#bytes.has(sha256)) return { path, sha256, ...facts }
      if (bytes.length > this.#left) {
        findings.warn(noRoom(path))
        return null
      }
      this.#left -= bytes.length
      this.#bytes.set(sha256, new Uint8Array(bytes))
      return { path, sha256, ...facts }
    } catch (failure) {
      if (!(failure instanceof RbeeError)) throw failure
      const { code, next } = failure
      const message = failure.message.replace('The file', path)
      findings.warn(leftOut({ code, message, next: next ?? undefined, file: path }))
      return null
    }
  }
}

async function readPicture(
  tree: CatalogTree,
  folder: string,
  path: string,
  findings: FolderFindings,
): Promise<Uint8Array | null> {
  const outcome = await tree.readBytes(joinPath(folder, path), IMAGE_MAX_BYTES)
  if (outcome.ok) return outcome.bytes
  const problem = describeUnreadable(outcome.reason, path, IMAGE_MAX_BYTES)
  findings.warn(leftOut(problem ?? absent(path)))
  return null
}

function leftOut(problem: Problem): Problem {
  return { ...problem, message: `the screenshot ${problem.message} and is left out` }
}

function absent(file: string): Problem {
  return {
    code: 'file_not_found',
    message: `${file} is not in the folder`,
    next: 'commit it, or name where it is: a path is seen from the folder of the worker',
    file,
  }
}

function tooMany(count: number): Problem {
  return {
    code: 'catalog_limit',
    message: `${count} screenshots are files of the folder, of which the first ${ENTRY_IMAGES_MAX} are shown`,
    next: 'leave some out, or name others by an https address',
    file: MANIFEST_FILE,
    field: 'screenshots',
  }
}

function noRoom(file: string): Problem {
  return {
    code: 'catalog_limit',
    message: `the pictures of this catalog exceed ${MAX_TOGETHER / 2 ** 20} MiB, so that ${file} is left out`,
    next: 'make pictures smaller, or split the catalog',
    file,
  }
}

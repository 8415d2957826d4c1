import { mkdir, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { hasCode, RbeeError } from '@rbee/schema'
import type { CommandContext } from '../../program/command.ts'
import { connectRegistry } from '../../registry/connect.ts'
import { catalogFiles } from './catalog-files.ts'
import { assertPlainRegistry, nameOfFolder } from './facts.ts'
import { PIN_FILE, pinPrograms } from './program-pin.ts'
import { FIRST_BRANCH, lookAtRepository, makeRepository } from './repository.ts'
import { type FilePlan, type OnExisting, planFiles, writeFiles } from './write-files.ts'

export interface InitOptions {
  /** Absolute; made where it does not exist. */
  readonly folder: string
  /** By default that of the folder. */
  readonly name?: string
  /** By default whom the remote `origin` belongs to. */
  readonly owner?: string
  /** The server that is to serve the catalog, and whose programs the workflows run. */
  readonly registry?: string
  readonly onExisting: OnExisting
  /** Paths of the only files to be written; by default all. */
  readonly only: readonly string[]
  readonly dryRun: boolean
}

/** What was made, or with a dry run would be. */
export interface InitResult extends FilePlan {
  readonly path: string
  readonly name: string
  readonly owner: string | null
  readonly registry: string | null
  readonly branch: string
  readonly programs: { readonly version: string; readonly sha256: string; readonly url: string } | null
  /** Whether the folder became a repository. */
  readonly initialized: boolean
  readonly dry_run: boolean
}

/**
 * Makes a folder a catalog repository: files, and Git where it is none yet. Nothing is written unless everything can be.
 *
 * @throws RbeeError `file_exists`, `file_unreadable`, `setting_invalid`, and what asking the server may fail with.
 */
export async function initCatalog(context: CommandContext, options: InitOptions): Promise<InitResult> {
  const { folder, dryRun } = options
  const repository = (await isFolder(folder)) ? await lookAtRepository(folder, context.env.PATH) : null
  const server = options.registry === undefined ? null : await askServer(context, options.registry)
  const facts = {
    name: options.name ?? nameOfFolder(basename(folder)),
    owner: options.owner ?? repository?.owner ?? null,
    branch: repository?.branch ?? FIRST_BRANCH,
    registry: server?.registry ?? null,
    programs: server?.programs ?? null,
  }
  const files = chosen(catalogFiles(facts), options.only)
  const plan = await planFiles(folder, files, options.onExisting)
  if (!dryRun) {
    context.signal.throwIfAborted()
    await mkdir(folder, { recursive: true })
    await writeFiles(folder, files, plan)
    if (repository === null) await makeRepository(folder, context.env.PATH)
  }
  return { path: folder, ...facts, ...plan, initialized: repository === null, dry_run: dryRun }
}

async function askServer(context: CommandContext, setting: string) {
  const { client, url } = await connectRegistry(context, setting)
  assertPlainRegistry(url)
  context.terminal.step(`asking ${url} for its programs`)
  return { registry: url, programs: await pinPrograms(client, url) }
}

function chosen(files: ReadonlyMap<string, string>, only: readonly string[]): ReadonlyMap<string, string> {
  if (only.length === 0) return files
  const wanted = only.map((path) => path.replace(/^\.\//, '').replace(/\/$/, ''))
  const isIn = (path: string, name: string) => path === name || path.startsWith(`${name}/`)
  for (const name of wanted) {
    if ([...files.keys()].some((path) => isIn(path, name))) continue
    throw new RbeeError('usage', `--only: ${name} is not among the files of a catalog repository`, {
      next: `name a file or folder of these, such as ${PIN_FILE}: ${[...files.keys()].join(', ')}`,
    })
  }
  return new Map([...files].filter(([path]) => wanted.some((name) => isIn(path, name))))
}

async function isFolder(path: string): Promise<boolean> {
  try {
    if ((await stat(path)).isDirectory()) return true
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false
    if (!hasCode(error, 'ENOTDIR')) throw error
  }
  throw new RbeeError('usage', `${path} is not a folder`)
}

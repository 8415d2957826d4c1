import { stat } from 'node:fs/promises'
import { basename, resolve, sep } from 'node:path'
import { hasCode, RbeeError } from '@rbee/schema'
import {
  type CatalogTree,
  changesSince,
  isUnborn,
  mergeBaseOf,
  openFolderTree,
  openGitTree,
  openRepository,
  openWorkTree,
  type Repository,
  sourceOf,
} from '@rbee/sources'
import { applyRules, inOrder } from './apply-rules.ts'
import { fetchSources } from './online/fetch-sources.ts'
import type { Outbound } from './online/outbound.ts'
import { hasOfficialWorkers, isAnother, workerFolders, workersOfBranches } from './repository-workers.ts'
import type { CheckFinding } from './rule.ts'
import { ONLINE_RULES, SUBMISSION_RULES, WORKER_RULES } from './rules/index.ts'
import type { EarlierWorker } from './submission.ts'
import type { CheckedWorker, OtherWorker } from './worker/checked-worker.ts'
import { asOther, isInside, type ReadWorker, readContents, readWorker, textOf } from './worker/read-worker.ts'

export interface CheckOptions {
  /** Commit, branch or tag that a submission sets out from; null judges what lies there, whatever it changes. */
  readonly base: string | null
  readonly submitter: string | null
  /** PATH to find git on. */
  readonly searchPath: string | undefined
  readonly signal?: AbortSignal
  /** Where the project's own catalog lies on this machine; null where it does not. */
  readonly ownCatalog: string | null
  /** The project's own workers, whose names nobody else may have. */
  readonly officialWorkers: readonly OtherWorker[]
  /** Set where hosts are looked up, and what has a checksum is downloaded. */
  readonly outbound: Outbound | null
  /** Another judge of scripts, such as shellcheck; its findings are added. */
  readonly judgeScript?: (script: {
    readonly file: string
    readonly text: string
  }) => Promise<readonly ScriptOpinion[]>
}

/** What another judge says of a script. */
export interface ScriptOpinion {
  readonly rule: string
  readonly line: number
  readonly reason: string
  readonly cure: string
}

export interface CheckReport {
  /** Folders that were judged, relative to the repository. */
  readonly workers: readonly string[]
  /** In the order of files and lines. */
  readonly findings: readonly CheckFinding[]
}

const MAX_DEPTH = 16
const MAX_ENTRIES = 200_000

/**
 * Judges a worker's folder, or every worker of a catalog, without running anything of it.
 *
 * @param folder of a worker or a catalog, inside a repository or not.
 * @throws RbeeError where nothing can be judged: `file_not_found`, `catalog_unreadable`, `catalog_limit`.
 */
export async function check(folder: string, options: CheckOptions): Promise<CheckReport> {
  const path = resolve(folder)
  await requireFolder(path)
  // A catalog is looked at before its first commit, too.
  if (options.base === null && (await isUnborn(path, options))) return await checkFolder(path, options)
  const repository = await openRepository(path, null, {
    searchPath: options.searchPath,
    signal: options.signal,
  })
  try {
    if (repository === null) {
      if (options.base === null) return await checkFolder(path, options)
      throw new RbeeError(
        'catalog_unreadable',
        `${path} lies in no Git repository, so that it has no ${options.base}`,
        {
          next: 'leave out --base, or name a folder of a repository',
        },
      )
    }
    return await checkRepository(repository, options)
  } finally {
    await repository?.close()
  }
}

async function requireFolder(path: string): Promise<void> {
  try {
    if ((await stat(path)).isDirectory()) return
  } catch (error) {
    if (!hasCode(error, 'ENOENT', 'ENOTDIR', 'EACCES')) throw error
  }
  throw new RbeeError('file_not_found', `${path} is not a folder`, {
    next: 'name the folder of a worker or of a catalog',
  })
}

async function checkFolder(path: string, options: CheckOptions): Promise<CheckReport> {
  const skipFolders = new Set(['.git', 'node_modules'])
  const tree = await openFolderTree(path, {
    scope: '',
    maxDepth: MAX_DEPTH,
    maxEntries: MAX_ENTRIES,
    skipFolders,
  })
  const folders = await foldersToJudge(tree, path)
  const official = hasOfficialWorkers(folders)
  const workers = await readAll(tree, folders, folders, official)
  return judge(
    { tree, workers, all: workers, branches: [], before: [], changes: null, ownFolder: null },
    options,
  )
}

async function checkRepository(repository: Repository, options: CheckOptions): Promise<CheckReport> {
  const tree = await openWorkTree(repository)
  const mergeBase = options.base === null ? null : await resolveMergeBase(repository, options.base, options)
  const everywhere = await workerFolders(tree)
  const named = (await foldersToJudge(tree, repository.root)).filter((folder) => isInside(folder, tree.scope))
  const all = [...new Set([...everywhere, ...named])]
  const before =
    mergeBase === null ? null : await openGitTree({ ...repository, commit: mergeBase, prefix: '' })
  try {
    const earlierFolders = before === null ? [] : await workerFolders(before)
    const isOwn = options.ownCatalog !== null && isWithin(options.ownCatalog, repository.root)
    const official = isOwn || hasOfficialWorkers([...all, ...earlierFolders])
    const changes = mergeBase === null ? null : await changesSince(repository, mergeBase)
    const judged = changes === null ? named : touched(all, named, changes)
    const others = all.filter((folder) => !judged.includes(folder))
    const workers = await readAll(tree, judged, all, official)
    const names = await readNames(tree, others, official)
    return await judge(
      {
        tree,
        workers,
        all: names,
        branches: await workersOfBranches(repository, official),
        before: before === null ? [] : await readEarlier(before, earlierFolders, official),
        changes,
        ownFolder: named.includes(tree.scope) ? tree.scope : null,
      },
      options,
    )
  } finally {
    await before?.close()
  }
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}${sep}`)
}

/** With a base, also workers outside of the folder that was named are judged where the submission changes them. */
function touched(
  all: readonly string[],
  named: readonly string[],
  changes: ReadonlySet<string>,
): readonly string[] {
  const paths = [...changes]
  return all.filter(
    (folder) =>
      paths.some((path) => isInside(path, folder)) || (named.includes(folder) && named.length === 1),
  )
}

async function resolveMergeBase(
  repository: Repository,
  base: string,
  { searchPath, signal }: CheckOptions,
): Promise<string> {
  const other = await openRepository(repository.root, base, { searchPath, signal })
  if (other === null) throw new Error('the repository is gone')
  try {
    return await mergeBaseOf(repository, other.commit)
  } finally {
    await other.close()
  }
}

/** The folder that was named where it is a worker's, or where nothing else can be one; else the workers in it. */
async function foldersToJudge(tree: CatalogTree, root: string): Promise<readonly string[]> {
  const { scope } = tree
  const inside = (await workerFolders(tree)).filter((folder) => isInside(folder, scope))
  const paths = [...tree.entries.keys()].filter((path) => isInside(path, scope))
  const own = (name: string) => paths.includes(scope === '' ? name : `${scope}/${name}`)
  const isOwn = ['worker.toml', 'metadata.json', 'PKGBUILD', 'PKGBUILD.bin'].some(own)
  if (isOwn && !inside.includes(scope)) return [scope, ...inside]
  if (inside.length > 0) return inside
  if (paths.length === 0 && scope !== '') throw nothingThere(`${root}/${scope}`)
  // A repository, or a folder of them, may have no workers yet.
  const isCatalog =
    scope === '' || paths.every((path) => /^(?:readme|license|contributing|\.)/i.test(basename(path)))
  return isCatalog && !isLonely(paths) ? [] : [scope]
}

/** Files right in the folder and no folder beside them: somebody's worker whose manifest is missing. */
function isLonely(paths: readonly string[]): boolean {
  return (
    paths.length > 0 &&
    paths.every((path) => !path.includes('/')) &&
    paths.some((path) => !/^(?:readme|license|contributing|\.)/i.test(path))
  )
}

function nothingThere(path: string): RbeeError {
  return new RbeeError('file_not_found', `${path} holds no files that Git knows or would add`, {
    next: 'name a folder that holds a worker, and see whether .gitignore leaves its files out',
  })
}

function readAll(
  tree: CatalogTree,
  folders: readonly string[],
  workers: readonly string[],
  official: boolean,
): Promise<readonly ReadWorker[]> {
  return inTurn(folders, (folder) =>
    readWorker(tree, folder, { source: sourceOf(folder, official), workers }),
  )
}

/** One after the other: each holds all texts of a folder. */
async function inTurn<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = []
  for (const item of items) results.push(await work(item))
  return results
}

type NamedWorker = Pick<ReadWorker, 'folder' | 'contents' | 'source'>

async function readNames(
  tree: CatalogTree,
  folders: readonly string[],
  official: boolean,
): Promise<readonly NamedWorker[]> {
  return inTurn(folders, async (folder) => ({
    folder,
    contents: await readContents(tree, folder),
    source: sourceOf(folder, official),
  }))
}

function readEarlier(
  tree: CatalogTree,
  folders: readonly string[],
  official: boolean,
): Promise<readonly EarlierWorker[]> {
  return inTurn(folders, async (folder) => {
    const contents = await readContents(tree, folder)
    return {
      folder,
      manifest: contents.manifest,
      contents,
      source: sourceOf(folder, official),
      read: (file: string) => textOf(tree, folder, file),
    }
  })
}

interface Subjects {
  readonly tree: CatalogTree
  readonly workers: readonly ReadWorker[]
  /** Workers of the repository beside those. */
  readonly all: readonly NamedWorker[]
  readonly branches: readonly (OtherWorker & { readonly folder: string })[]
  readonly before: readonly EarlierWorker[]
  readonly changes: ReadonlySet<string> | null
  readonly ownFolder: string | null
}

async function judge(subjects: Subjects, options: CheckOptions): Promise<CheckReport> {
  const { workers, changes, before, ownFolder } = subjects
  const checked = workers.map(
    (worker): CheckedWorker => ({ ...worker, others: othersOf(worker, subjects, options) }),
  )
  const findings: CheckFinding[] = []
  for (const worker of checked) {
    options.signal?.throwIfAborted()
    findings.push(...(await judgeWorker(worker, options)))
  }
  if (changes !== null) {
    const submission = {
      paths: [...changes].toSorted(),
      ownFolder,
      submitter: options.submitter,
      before,
      now: checked,
    }
    findings.push(
      ...(await applyRules(SUBMISSION_RULES, submission, { worker: null, inRepository: (file) => file })),
    )
  }
  return { workers: checked.map(({ folder }) => folder || '.'), findings: inOrder(findings) }
}

function othersOf(
  worker: ReadWorker,
  { workers, all, branches }: Subjects,
  options: CheckOptions,
): readonly OtherWorker[] {
  const beside = [...new Map([...workers, ...all].map((other) => [other.folder, other])).values()]
  const known = options.officialWorkers.filter(
    ({ id }) => worker.source === 'community' || worker.contents.manifest?.id !== id,
  )
  return [
    ...beside.filter(({ folder }) => folder !== worker.folder).flatMap(asOther),
    ...branches.filter((other) => isAnother(other, worker)),
    ...known,
  ]
}

async function judgeWorker(worker: CheckedWorker, options: CheckOptions): Promise<readonly CheckFinding[]> {
  const place = {
    worker: worker.contents.manifest?.id ?? (worker.folder || '.'),
    inRepository: (file: string) =>
      file === '.' ? worker.folder || '.' : worker.folder === '' ? file : `${worker.folder}/${file}`,
  }
  const findings = [...(await applyRules(WORKER_RULES, worker, place))]
  for (const { file, text } of worker.scripts) {
    const opinions = (await options.judgeScript?.({ file, text })) ?? []
    findings.push(
      ...opinions.map((opinion) => ({
        ...opinion,
        severity: 'warning' as const,
        file: place.inRepository(file),
        worker: place.worker,
      })),
    )
  }
  if (options.outbound !== null) {
    const attempts = await fetchSources(worker, options.outbound, options.signal)
    findings.push(...(await applyRules(ONLINE_RULES, attempts, place)))
  }
  return findings
}

import { readScript } from '@rbee/pkgbuild'
import type { SourceKind } from '@rbee/schema'
import { type CatalogTree, FolderFindings, joinPath, parentFolder, readFolder } from '@rbee/sources'
import { readScriptDeeds } from '../script/read-script.ts'
import type { CheckedFile, CheckedScript, CheckedWorker, OtherWorker } from './checked-worker.ts'
import { declaredSources, variablesOn } from './declared-sources.ts'
import { FILE_MAX_BYTES, MAX_FILES } from './limits.ts'

const SCRIPT_FILES = ['PKGBUILD', 'PKGBUILD.bin']

/** A worker's folder with what a catalog's reader says of it. */
export type ReadWorker = Omit<CheckedWorker, 'others'>

export interface ReadOptions {
  readonly source: SourceKind
  /** Folders of other workers, whose files are not this one's. */
  readonly workers: readonly string[]
}

/** Reads a folder whole: manifests, PKGBUILDs, and every text in it. Nothing of it is run. */
export async function readWorker(
  tree: CatalogTree,
  folder: string,
  { source, workers }: ReadOptions,
): Promise<ReadWorker> {
  const findings = new FolderFindings(folder === '' ? '.' : folder)
  const contents = await readFolder(tree, folder, findings)
  const nested = workers.filter((other) => other !== folder && isInside(other, folder))
  const isOwn = (path: string) => isInside(path, folder) && !nested.some((other) => isInside(path, other))
  const files = await readFiles(tree, folder, [...tree.entries.keys()].filter(isOwn))
  return {
    folder,
    source,
    contents,
    reading: findings.list(),
    files,
    around: namesAround(tree, folder),
    unusable: tree.unusable.filter((path) => isInside(path, folder)),
    scripts: await readScripts(files),
  }
}

function namesAround(tree: CatalogTree, folder: string): readonly string[] {
  const outer =
    folder === '' ? [] : [...tree.entries.keys()].filter((path) => isInside(folder, parentFolder(path)))
  return outer
    .filter((path) => parentFolder(path) !== folder)
    .map((path) => path.slice(path.lastIndexOf('/') + 1))
}

/** As another worker's names see it. */
export function asOther({
  contents,
  source,
  folder,
}: Pick<ReadWorker, 'contents' | 'source' | 'folder'>): OtherWorker[] {
  const { manifest, layout } = contents
  return manifest === null
    ? []
    : [{ id: manifest.id, manifest, source, layout, place: folder || 'the repository' }]
}

/** Whether a path is a folder or lies in it; '' is the folder around all. */
export function isInside(path: string, folder: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`)
}

async function readFiles(
  tree: CatalogTree,
  folder: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, CheckedFile>> {
  const files = new Map<string, CheckedFile>()
  for (const [index, path] of paths.entries()) {
    const kind = tree.entries.get(path) ?? 'file'
    const inner = folder === '' ? path : path.slice(folder.length + 1)
    // Beyond the limit the files are counted, which is what is told of them.
    const read = kind === 'file' && index <= MAX_FILES ? await tree.read(path, FILE_MAX_BYTES) : null
    const reason = read === null || read.ok ? null : read.reason
    const problem =
      reason === 'not-utf8' || reason === 'too-large' || reason === 'lfs-pointer' ? reason : null
    files.set(inner, {
      path: inner,
      kind: reason === 'link' ? 'link' : reason === 'unreadable' ? 'unreadable' : kind,
      text: read?.ok ? read.text : null,
      problem,
    })
  }
  return files
}

async function readScripts(files: ReadonlyMap<string, CheckedFile>): Promise<readonly CheckedScript[]> {
  const scripts: CheckedScript[] = []
  for (const file of SCRIPT_FILES) {
    const text = files.get(file)?.text ?? null
    if (text === null) continue
    const script = await readScript(text)
    scripts.push({
      file,
      text,
      script,
      deeds: script === null ? null : await readScriptDeeds(text, localTexts(files)),
      variables: script === null ? new Map() : variablesOn(script, 'x86_64'),
      sources: script === null ? [] : declaredSources(script),
    })
  }
  return scripts
}

/** Texts right in the folder, where makepkg finds local sources. */
function localTexts(files: ReadonlyMap<string, CheckedFile>): ReadonlyMap<string, string> {
  return new Map(
    [...files.values()].flatMap(({ path, text }) =>
      text === null || path.includes('/') ? [] : [[path, text]],
    ),
  )
}

/** The manifest of a folder alone, for whom only names and maintainers matter. */
export async function readContents(tree: CatalogTree, folder: string): Promise<CheckedWorker['contents']> {
  return readFolder(tree, folder, new FolderFindings(folder === '' ? '.' : folder))
}

export function textOf(tree: CatalogTree, folder: string, file: string): Promise<string | null> {
  return tree.read(joinPath(folder, file), FILE_MAX_BYTES).then((read) => (read.ok ? read.text : null))
}

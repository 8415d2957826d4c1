import type { FileList, ListedFile } from '@rbee/schema'

/** A file that two builds do not have in common; null where one has none of the name. */
export interface FileChange {
  readonly path: string
  readonly from: ListedFile | null
  readonly to: ListedFile | null
}

/** What differs between the files of two builds, by path. Of lists that end early only what both could name is told. */
export function fileChanges(from: FileList, to: FileList): FileChange[] {
  const before = byPath(from)
  const after = byPath(to)
  return [...new Set([...before.keys(), ...after.keys()])]
    .toSorted()
    .map((path) => ({ path, from: before.get(path) ?? null, to: after.get(path) ?? null }))
    .filter((change) => isKnown(change, from, to) && !isSame(change))
}

function byPath({ files }: FileList): ReadonlyMap<string, ListedFile> {
  return new Map(files.map((file) => [file.path, file]))
}

/** That a list which ended early lacks a file says nothing. */
function isKnown(change: FileChange, from: FileList, to: FileList): boolean {
  return (change.from !== null || from.complete) && (change.to !== null || to.complete)
}

function isSame({ from, to }: FileChange): boolean {
  return from !== null && to !== null && from.sha256 === to.sha256 && from.executable === to.executable
}

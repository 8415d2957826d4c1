import type { Script, Variable } from '@rbee/pkgbuild'
import type { Finding, SourceKind, WorkerManifest } from '@rbee/schema'
import type { FolderStatements, TreeEntryKind } from '@rbee/sources'
import type { ScriptReading } from '../script/calls.ts'
import type { DeclaredSource } from './declared-sources.ts'

/** One file of a worker's folder. */
export interface CheckedFile {
  /** Relative to the worker's folder. */
  readonly path: string
  readonly kind: TreeEntryKind
  /** Null where it is no UTF-8 text, or too large. */
  readonly text: string | null
  readonly problem: 'not-utf8' | 'too-large' | 'lfs-pointer' | null
}

/** A PKGBUILD of the folder, read in every way that the rules need. */
export interface CheckedScript {
  readonly file: string
  readonly text: string
  /** Null where it is built to exhaust the parser. */
  readonly script: Script | null
  readonly deeds: ScriptReading | null
  /** As the file is read on x86_64. */
  readonly variables: ReadonlyMap<string, Variable>
  readonly sources: readonly DeclaredSource[]
}

/** Another worker, as far as names are concerned. */
export interface OtherWorker {
  readonly id: string
  readonly manifest: WorkerManifest
  readonly source: SourceKind
  readonly layout: FolderStatements['layout']
  /** Folder or branch, for messages. */
  readonly place: string
}

/** A worker's folder as the rules see it. */
export interface CheckedWorker {
  /** Relative to the repository; '' for the repository itself. */
  readonly folder: string
  readonly source: SourceKind
  readonly contents: FolderStatements
  /** What a catalog that reads the folder says of it. */
  readonly reading: readonly Finding[]
  readonly files: ReadonlyMap<string, CheckedFile>
  /** Names of the files in the folders around it. */
  readonly around: readonly string[]
  /** Paths that no catalog can name. */
  readonly unusable: readonly string[]
  readonly scripts: readonly CheckedScript[]
  readonly others: readonly OtherWorker[]
}

import type { WorkerManifest } from '@rbee/schema'
import type { CheckedWorker } from './worker/checked-worker.ts'

/** A worker as it was before the submission. */
export interface EarlierWorker {
  /** Relative to the repository. */
  readonly folder: string
  readonly manifest: WorkerManifest | null
  readonly contents: CheckedWorker['contents']
  readonly source: 'official' | 'community'
  /** Text of a file of the folder as of then; null where there was none that can be read. */
  read(file: string): Promise<string | null>
}

/** A worker that was taken out of a catalog. */
export type RemovedWorker = Pick<EarlierWorker, 'folder' | 'manifest' | 'contents'>

/** What somebody wants to have taken into a catalog: the difference between its merge base and what lies there now. */
export interface Submission {
  /** Changed paths, relative to the repository. */
  readonly paths: readonly string[]
  /** The folder that was named, where it is a worker's; null where it is a catalog's. */
  readonly ownFolder: string | null
  /** Who submits it; null where that is not known. */
  readonly submitter: string | null
  readonly before: readonly EarlierWorker[]
  readonly now: readonly CheckedWorker[]
  /** Workers that the history before the submission held and that nobody has any more, the latest first. */
  readonly removed: readonly RemovedWorker[]
}

/** The worker's folder that a path belongs to; the one from before where there was one. Null outside of all. */
export function ownerOf(path: string, { before, now }: Submission): string | null {
  const inside = (folder: string) => folder === '' || path === folder || path.startsWith(`${folder}/`)
  const innermost = (folders: readonly string[]) =>
    folders.filter(inside).toSorted((a, b) => b.length - a.length)[0] ?? null
  return innermost(before.map(({ folder }) => folder)) ?? innermost(now.map(({ folder }) => folder))
}

/** A file of a worker's folder, relative to the repository. */
export function inFolder({ folder }: { readonly folder: string }, file: string): string {
  return folder === '' ? file : `${folder}/${file}`
}

/** Whether two names are those of one account: with and without the sign that is often put before them, in any case. */
export function isSameAccount(name: string, other: string): boolean {
  const plain = (text: string) => text.trim().replace(/^@/, '').toLowerCase()
  return plain(name) === plain(other)
}

/** Files that decide what machines and people do with a repository; nobody's worker holds them. */
export function isControlFile(path: string): boolean {
  return (
    /^\.(?:github|gitlab|ci|circleci|forgejo|gitea|woodpecker|buildkite|azure-pipelines|husky|devcontainer|vscode|teamcity)(?:\/|$)/i.test(
      path,
    ) ||
    /^(?:(?:docs\/)?CODEOWNERS|Jenkinsfile|azure-pipelines\.ya?ml|appveyor\.yml|bitbucket-pipelines\.yml|\.gitlab-ci\.ya?ml|\.travis\.ya?ml|\.drone\.ya?ml|\.woodpecker\.ya?ml|\.cirrus\.ya?ml|\.pre-commit-config\.yaml|renovate\.json|\.gitmodules|\.gitattributes|\.lfsconfig|\.mailmap)$/i.test(
      path,
    )
  )
}

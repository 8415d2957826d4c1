import { canonicalJson, type WorkerManifest } from '@rbee/schema'
import type { Problem, Rule } from '../../rule.ts'
import { type EarlierWorker, inFolder, type Submission } from '../../submission.ts'
import type { CheckedWorker } from '../../worker/checked-worker.ts'
import { manifestFileOf } from '../../worker/manifest-file.ts'

/** What a version installs, and how: the same version means the same of it on every machine. */
const INSTALLED = [
  'binary_name',
  'build',
  'dependencies',
  'license',
  'platforms',
  'requirements',
  'run',
  'selftest',
] as const satisfies readonly (keyof WorkerManifest)[]

/** A version that people have installed must not become something else under the same name. */
export const submissionRewritten: Rule<Submission> = {
  id: 'submission-rewritten',
  severity: 'error',
  summary: 'a version that is there already stays what it is',
  async check({ before, now }) {
    const problems: Problem[] = []
    for (const worker of now) {
      const earlier = before.find(({ folder }) => folder === worker.folder)
      const { version } = worker.contents
      if (earlier === undefined || version === null || earlier.contents.version !== version) continue
      // Another worker in the same folder is another rule's.
      if (earlier.manifest?.id !== worker.contents.manifest?.id) continue
      problems.push(...manifestChanges(worker, earlier), ...(await packageChanges(worker, earlier)))
    }
    return problems
  },
}

function manifestChanges(worker: CheckedWorker, earlier: EarlierWorker): readonly Problem[] {
  const { manifest, version } = worker.contents
  const old = earlier.manifest
  if (manifest === null || old === null) return []
  return INSTALLED.filter((field) => plain(manifest[field]) !== plain(old[field])).map((field) => ({
    file: inFolder(worker, manifestFileOf(worker)),
    line: lineOf(worker.files.get(manifestFileOf(worker))?.text ?? '', field),
    reason: `${field} of version ${version} differs from what the version was before`,
    cure: 'release the change under a newer version',
  }))
}

function plain(value: unknown): string {
  return value === undefined ? '' : canonicalJson(value)
}

function lineOf(text: string, field: string): number {
  const index = text.split('\n').findIndex((line) => new RegExp(`^\\s*\\[?"?${field}\\b`).test(line))
  return index === -1 ? 1 : index + 1
}

/** A package may be put right without a new version: `pkgrel` then grows, and its sources stay. */
async function packageChanges(worker: CheckedWorker, earlier: EarlierWorker): Promise<readonly Problem[]> {
  const problems: Problem[] = []
  for (const script of worker.scripts) {
    const old = await earlier.read(script.file)
    if (old === null || withoutComments(old) === withoutComments(script.text)) continue
    const file = inFolder(worker, script.file)
    const cure = 'release the change under a newer version'
    if (sourcesIn(old) !== sourcesIn(script.text)) {
      const line =
        1 + script.text.split('\n').findIndex((one) => /^\s*(?:source|[a-z0-9]+sums)(?:_\w+)?\+?=/.test(one))
      problems.push({
        file,
        line,
        reason: `sources or checksums of version ${worker.contents.version} differ from before`,
        cure,
      })
    } else if (releaseIn(script.text) <= releaseIn(old)) {
      const line = 1 + script.text.split('\n').findIndex((one) => /^\s*pkgrel=/.test(one))
      problems.push({
        file,
        line,
        reason: `the package of version ${worker.contents.version} changed, and its pkgrel did not grow`,
        cure: 'raise pkgrel, or release the change under a newer version',
      })
    }
  }
  return problems
}

function withoutComments(text: string): string {
  const lines = text.split('\n').map((line) => line.trimEnd())
  return lines.filter((line) => line !== '' && !/^\s*#/.test(line)).join('\n')
}

/** The assignments of sources and checksums, without blanks and comments. */
function sourcesIn(text: string): string {
  const found = [...text.matchAll(/^\s*((?:source|[a-z0-9]+sums|cksums)(?:_\w+)?\+?=(?:\([^)]*\)|\S*))/gm)]
  return found
    .map(([, assignment = '']) =>
      assignment
        .replace(/#.*$/gm, '')
        .replace(/["'\s]+/g, ' ')
        .trim(),
    )
    .join('\n')
}

function releaseIn(text: string): number {
  return Number(/^\s*pkgrel=["']?(\d+(?:\.\d+)?)/m.exec(text)?.[1] ?? 0)
}

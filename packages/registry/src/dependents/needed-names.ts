import { type NeedKind, RESERVED_BACKEND_WORDS } from '@rbee/schema'
import type { ComposedWorker } from '../documents/compose-worker.ts'
import type { WorkerRecord } from '../ports/database.ts'
import type { NeededName } from '../ports/worker-needs.ts'

/** Of one worker; real ones need some dozens. */
const MAX_NAMES = 300

/** A name, and whatever stands behind it: a version, a comma, words in brackets. Sentences are no names. */
const STATED = /^([a-z0-9][a-z0-9-]{0,99})(?:\s*(?:[<>=~^:@(,].*)?)$/

const FIELDS: ReadonlyMap<string, NeedKind> = new Map([
  ['depends', 'run'],
  ['optdepends', 'optional'],
  ['makedepends', 'build'],
  ['checkdepends', 'build'],
])

/**
 * What a worker names among what it needs: in the manifest of its latest release, and in the .SRCINFO of its catalog. Words
 * that stand for a kind of hardware are left out: they are addresses of a worker, and nobody means it.
 */
export function neededNames(
  { recipe }: WorkerRecord,
  { worker }: Pick<ComposedWorker, 'worker'>,
): NeededName[] {
  const { system, runtime } = worker.dependencies
  const stated = [...system, ...runtime].map((text) => ({ text, kind: 'run' as const }))
  const found = new Map<string, NeededName>()
  for (const { text, kind } of [...stated, ...packagesOf(recipe?.entry.srcinfo ?? '')]) {
    const name = STATED.exec(text.trim())?.[1]
    if (name === undefined || backendWords.has(name)) continue
    found.set(`${name} ${kind}`, { name, kind })
    if (found.size === MAX_NAMES) break
  }
  return [...found.values()]
}

const backendWords: ReadonlySet<string> = new Set(RESERVED_BACKEND_WORDS)

/** The lines `depends = NAME`, also those for one architecture: `depends_x86_64`. */
function packagesOf(srcinfo: string): { text: string; kind: NeedKind }[] {
  return srcinfo.split('\n').flatMap((line) => {
    const [, field = '', text = ''] = /^\s*([a-z]+)(?:_[a-z0-9_]+)? = (.*)$/.exec(line) ?? []
    const kind = FIELDS.get(field)
    return kind === undefined ? [] : [{ text, kind }]
  })
}

import { checkNames, namesOf } from '@rbee/registry/names'
import { type ErrorCode, RbeeError } from '@rbee/schema'
import { MANIFEST_FILE } from '@rbee/sources'
import type { Problem } from '../rule.ts'
import type { CheckedWorker } from './checked-worker.ts'
import { manifestFileOf } from './manifest-file.ts'

/** Why the names of a worker are impossible, whoever else has which, where it is for this reason. */
export function nameProblems(worker: CheckedWorker, code: ErrorCode): readonly Problem[] {
  const { manifest, layout } = worker.contents
  if (manifest === null) return []
  try {
    checkNames(namesOf(manifest, { source: worker.source, layout }), worker.source)
    return []
  } catch (failure) {
    if (!(failure instanceof RbeeError)) throw failure
    if (failure.code !== code) return []
    return [{ ...idPlaceOf(worker), reason: failure.message, cure: failure.next ?? 'choose another id' }]
  }
}

/** Where the manifest states the id. */
export function idPlaceOf(worker: CheckedWorker): { readonly file: string; readonly line: number } {
  const file = manifestFileOf(worker)
  const lines = worker.files.get(file)?.text?.split('\n') ?? []
  const form = file === MANIFEST_FILE ? /^\s*(?:worker\s*\.\s*)?"?id"?\s*=/ : /"id"\s*:/
  const index = lines.findIndex((line) => form.test(line))
  return { file, line: index === -1 ? 1 : index + 1 }
}

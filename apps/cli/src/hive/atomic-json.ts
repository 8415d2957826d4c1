import { readFile } from 'node:fs/promises'
import { describeIssues, hasCode, RbeeError, tryParseJson } from '@rbee/schema'
import type { z } from 'zod'
import { writeTextAtomically } from './atomic-text.ts'

/** Replaces a file in one step; see {@link writeTextAtomically}. */
export async function writeJsonAtomically(path: string, value: unknown, mode = 0o644): Promise<void> {
  await writeTextAtomically(path, `${JSON.stringify(value, null, 2)}\n`, mode)
}

/**
 * Null when the file does not exist. Fails with `state_damaged` where it holds something else.
 *
 * @param cure what whoever finds it damaged is told to do
 */
export async function readJson<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  cure = 'delete that file; the worker whose file it was has to be started again',
): Promise<z.infer<Schema> | null> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return null
    if (hasCode(error, 'EISDIR')) throw damaged(path, 'it is a folder', cure)
    throw hasCode(error, 'EACCES', 'EPERM') ? notReadable(path, error) : error
  }
  const parsed = schema.safeParse(tryParseJson(text))
  if (!parsed.success) throw damaged(path, describeIssues(parsed.error), cure)
  return parsed.data
}

function damaged(path: string, what: string, cure: string): RbeeError {
  return new RbeeError('state_damaged', `${path} is damaged: ${what}`, { next: cure })
}

function notReadable(path: string, cause: Error & { code: string }): RbeeError {
  return new RbeeError('setting_invalid', `${path} may not be read (${cause.code})`, {
    next: 'it belongs to another user: choose another folder with --home or RBEE_HOME, or change its permissions',
    cause,
  })
}

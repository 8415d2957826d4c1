import { randomUUID } from 'node:crypto'
import { open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { describeIssues, RbeeError } from '@rbee/schema'
import type { z } from 'zod'
import { makeFolder, translateDiskError } from './disk-errors.ts'
import { hasCode } from './error-code.ts'

/** Replaces a file in one step: whoever reads it sees the old contents or the new ones, also after a power cut. */
export async function writeJsonAtomically(path: string, value: unknown, mode = 0o644): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`
  try {
    await makeFolder(dirname(path))
    const file = await open(temporary, 'wx', mode)
    try {
      await file.writeFile(`${JSON.stringify(value, null, 2)}\n`)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw translateDiskError(error, path)
  }
}

/** Null when the file does not exist. */
export async function readJson<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
): Promise<z.infer<Schema> | null> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null
    throw translateDiskError(error, path)
  }
  const parsed = schema.safeParse(parseJson(text))
  if (!parsed.success) {
    throw new RbeeError('state_damaged', `${path} is damaged: ${describeIssues(parsed.error)}`, {
      next: 'delete that file; a worker whose file it was must be installed again',
    })
  }
  return parsed.data
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

import { type FileHandle, open, readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { hasCode } from '@rbee/schema'
import { olderLogs } from './worker-log.ts'

const POLL_MS = 100
const PIECE_BYTES = 64 * 1024

/** The lines that are kept of a log, oldest first. At most a few times the size of one file: see `LOG_LIMIT`. */
export async function readLogLines(path: string, { older = true } = {}): Promise<string[]> {
  return linesOf((older ? await readOlder(path) : '') + (await textIfThere(path)))
}

/** What the process before the last one printed; empty when there was none. */
export function linesOfPreviousProcess(lines: readonly string[]): string[] {
  const starts = lines.flatMap((line, index) => (/^rbee-hive: \S+ started /.test(line) ? [index] : []))
  const [before, last] = starts.slice(-2)
  if (before === undefined || last === undefined) return []
  return lines.slice(before, last)
}

/**
 * The last lines of a log, and then what is written to it, also after it was set aside. Ends when `goesOn` says so; what
 * was written until then still comes.
 */
export async function* followLog(
  path: string,
  lines: number,
  goesOn: () => Promise<boolean>,
  signal: AbortSignal,
): AsyncGenerator<string> {
  let file = await open(path, 'r')
  try {
    const older = await readOlder(path)
    const now = await file.readFile()
    let position = now.length
    const kept = lines === 0 ? [] : linesOf(older + now.toString('utf8')).slice(-lines)
    if (kept.length > 0) yield kept.map((line) => `${line}\n`).join('')
    const inode = async () => (await file.stat()).ino
    let opened = await inode()
    const decoder = new TextDecoder()
    for (;;) {
      const last = !(await goesOn())
      const next = await openIfOther(path, opened)
      // What was written before the file was set aside is read first.
      for (;;) {
        const piece = new Uint8Array(PIECE_BYTES)
        const { bytesRead } = await file.read(piece, 0, piece.length, position)
        if (bytesRead === 0) break
        position += bytesRead
        yield decoder.decode(piece.subarray(0, bytesRead), { stream: true })
      }
      if (next !== null) {
        await file.close()
        file = next
        opened = await inode()
        position = 0
        continue
      }
      if (last) return
      await sleep(POLL_MS, undefined, { signal })
    }
  } finally {
    await file.close()
  }
}

async function readOlder(path: string): Promise<string> {
  let text = ''
  for (const file of olderLogs(path).toReversed()) text += await textIfThere(file)
  return text
}

function linesOf(text: string): string[] {
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines
}

/** The file that stands at a path now, when it is another one. */
async function openIfOther(path: string, inode: number): Promise<FileHandle | null> {
  try {
    const file = await open(path, 'r')
    if ((await file.stat()).ino !== inode) return file
    await file.close()
    return null
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null
    throw error
  }
}

async function textIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return ''
    throw error
  }
}

import { readFile, rename, writeFile } from 'node:fs/promises'
import { z } from 'zod'

/** As far as a moment may lie behind the one that is kept, in milliseconds: not every request is worth a write. */
const PRECISION_MS = 60_000

const memorySchema = z.object({
  /** The latest moment that the clock has shown, in milliseconds since 1970. */
  highest: z.int().nonnegative(),
  /** When the lease was issued that this was seen with, in seconds since 1970. */
  issued: z.int().nonnegative(),
})
type Memory = z.infer<typeof memorySchema>

const NOTHING: Memory = { highest: 0, issued: 0 }

/** What is known of the time that it has been on this machine. */
export interface ClockMemory {
  /** The latest moment that was seen, in milliseconds since 1970; 0 where a lease came that was issued later than all before. */
  highest(issued: number): Promise<number>
  /** Keeps a moment. Does not fail where the file cannot be written: what was seen holds for this program then. */
  saw(now: number, issued: number): Promise<void>
}

/**
 * Keeps the latest moment in a file. The owner of the machine can delete it, as well as change the worker: it keeps from going on with
 * an old lease by the clock alone, and is no stronger than that.
 *
 * A lease that was issued later than those before shows that the registry was asked since, so that a clock which was ahead once does
 * not lock its owner out for good.
 *
 * @param file null where nothing is to be kept.
 */
export function clockMemory(file: string | null, warn: (message: string) => void): ClockMemory {
  let known: Memory | null = null
  let warned = false
  const recall = async () => {
    known ??= file === null ? NOTHING : await readMemory(file)
    return known
  }
  return {
    async highest(issued) {
      const memory = await recall()
      return issued > memory.issued ? 0 : memory.highest
    },
    async saw(now, issued) {
      const memory = await recall()
      const isNewer = issued > memory.issued
      if (!isNewer && now < memory.highest + PRECISION_MS) return
      known = { highest: now, issued: Math.max(issued, memory.issued) }
      if (file === null) return
      try {
        await writeFile(`${file}.new`, JSON.stringify(known), { mode: 0o600 })
        await rename(`${file}.new`, file)
      } catch (error) {
        if (!warned) warn(`the time cannot be kept in ${file}: ${(error as NodeJS.ErrnoException).code}`)
        warned = true
      }
    },
  }
}

/** Of a file that is missing, cannot be read or holds something else, nothing is known. */
async function readMemory(file: string): Promise<Memory> {
  try {
    return memorySchema.safeParse(JSON.parse(await readFile(file, 'utf8'))).data ?? NOTHING
  } catch {
    return NOTHING
  }
}

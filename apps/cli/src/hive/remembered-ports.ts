import { readdir, rm } from 'node:fs/promises'
import { hasCode, type WorkerId, workerIdSchema } from '@rbee/schema'
import { z } from 'zod'
import { readJson, writeJsonAtomically } from './atomic-json.ts'
import type { HiveHome } from './home.ts'

const rememberedSchema = z.object({ id: workerIdSchema, port: z.number().int().min(1).max(65_535) })

/** Whose port it is: an instance's name belongs to another worker when it was removed and the name used again. */
export interface PortOwner {
  readonly id: WorkerId
  readonly name: WorkerId
}

/** The port that an instance had when it ran last, or null. */
export async function rememberedPort(home: HiveHome, { id, name }: PortOwner): Promise<number | null> {
  const remembered = await readJson(home.portFile(name), rememberedSchema)
  return remembered?.id === id ? remembered.port : null
}

export async function rememberPort(home: HiveHome, { id, name }: PortOwner, port: number): Promise<void> {
  await writeJsonAtomically(home.portFile(name), { id, port })
}

/** Forgets the ports of a worker that is removed. @returns the names under which it ran. */
export async function forgetPorts(home: HiveHome, id: WorkerId): Promise<string[]> {
  const names: string[] = []
  for (const file of await filesIn(home.ports)) {
    const name = workerIdSchema.safeParse(file.replace(/\.json$/, ''))
    if (!name.success) continue
    if ((await readJson(home.portFile(name.data), rememberedSchema))?.id !== id) continue
    await rm(home.portFile(name.data), { force: true })
    names.push(name.data)
  }
  return names
}

async function filesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return []
    throw error
  }
}

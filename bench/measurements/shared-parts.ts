import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openBenchCatalog, type Programs, usage } from './shaped-catalog.ts'

const MODEL_BYTES = 100 * 2 ** 20
const OWN_BYTES = 5 * 2 ** 20
const MEGABITS = [20, 100, 1000] as const

/** What it takes to install a worker whose model another one has, and one of which nothing is there. */
export async function sharedParts(folder: string, programs: Programs): Promise<string[]> {
  await using catalog = await openBenchCatalog(folder, programs)
  const model = randomBytes(MODEL_BYTES)
  for (const id of ['bench-first', 'bench-second']) {
    const content = join(folder, id)
    await mkdir(join(content, 'bin'), { recursive: true })
    await writeFile(join(content, 'bin', id), '#!/bin/sh\n', { mode: 0o755 })
    await writeFile(join(content, 'model.bin'), model)
    await writeFile(join(content, 'own.bin'), randomBytes(OWN_BYTES))
    await catalog.publish({ id, version: '1.0.0', content })
  }
  const lines: string[] = []
  for (const megabits of MEGABITS) {
    const home = join(folder, `home-${megabits}`)
    catalog.setMegabits(megabits)
    const first = await catalog.hive(home, ['install', 'bench-first'])
    const second = await catalog.hive(home, ['install', 'bench-second'])
    const at = `shared parts at ${megabits} Mbit/s`
    lines.push(`${at}: a worker of ${megabytesOf(first.stdout)} ${usage(first)}`)
    lines.push(`${at}: a second one with the same model ${megabytesOf(second.stdout)} ${usage(second)}`)
  }
  return lines
}

function megabytesOf(stdout: string): string {
  const { transfer } = JSON.parse(stdout) as { transfer: { bytes: number } }
  return `${(transfer.bytes / 1e6).toFixed(2)} MB`
}

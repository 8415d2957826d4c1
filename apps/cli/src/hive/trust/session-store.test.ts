import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RbeeError } from '@rbee/schema'
import type { TrustStore } from '@rbee/trust/client'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { folderStore } from './folder-store.ts'
import { sessionStore } from './session-store.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const untold = () => {
  throw new Error('nothing was to be told')
}

let folder: string
let disk: TrustStore
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rbee-session-'))
  disk = folderStore(folder)
  await disk.write('timestamp.json', bytes('1'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const onDisk = async (name: string) => {
  const found = await disk.read(name)
  return found && new TextDecoder().decode(found)
}

describe('what one run sees and makes of what is trusted', () => {
  it('is on disk only after it is kept, and from then on at once', async () => {
    const session = sessionStore(disk, untold)
    await session.write('timestamp.json', bytes('2'))
    await session.write('snapshot.json', bytes('s'))
    await session.remove('snapshot.json')
    expect([await session.read('timestamp.json'), await session.read('snapshot.json')]).toEqual([
      bytes('2'),
      null,
    ])
    expect(await onDisk('timestamp.json')).toBe('1')
    expect(await session.keep()).toBe(true)
    expect([await onDisk('timestamp.json'), await onDisk('snapshot.json')]).toEqual(['2', null])
    await session.write('workers/a.json', bytes('a'))
    expect(await onDisk('workers/a.json')).toBe('a')
  })

  it('is not kept where another run changed what it began with', async () => {
    const [first, second] = [sessionStore(disk, untold), sessionStore(disk, untold)]
    for (const [session, text] of [
      [first, '3'],
      [second, '2'],
    ] as const) {
      await session.read('timestamp.json')
      await session.write('timestamp.json', bytes(text))
    }
    expect(await first.keep()).toBe(true)
    expect(await second.keep()).toBe(false)
    expect(await onDisk('timestamp.json')).toBe('3')
  })

  it('is kept in memory where files cannot be written any more, which is told', async () => {
    const told: string[] = []
    const full = () => Promise.reject(new RbeeError('disk_full', 'the disk is full'))
    const session = sessionStore({ ...disk, write: full }, ({ code }) => told.push(code))
    expect(await session.keep()).toBe(true)
    await session.write('workers/a.json', bytes('a'))
    expect(await session.read('workers/a.json')).toEqual(bytes('a'))
    expect(told).toEqual(['disk_full'])
  })
})

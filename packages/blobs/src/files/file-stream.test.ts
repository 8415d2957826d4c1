import { mkdtemp, open, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bytesOf } from '@rbee/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { streamOfFile } from './file-stream.ts'

const CLOSED = -1

describe('streamOfFile', () => {
  let folder: string
  let file: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rbee-blobs-'))
    file = join(folder, 'file')
    await writeFile(file, new Uint8Array(600_000).fill(1))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('closes the file at its end', async () => {
    const handle = await open(file)
    expect(await bytesOf(streamOfFile(handle, 0, 599_999))).toHaveLength(600_000)
    expect(handle.fd).toBe(CLOSED)
  })

  it.each([1000, 600_000, 1_000_000])('fills memory of %d bytes that its reader brings', async (size) => {
    const handle = await open(file)
    const reader = streamOfFile(handle, 1, 599_999).getReader({ mode: 'byob' })
    let total = 0
    let memory = new Uint8Array(size)
    for (;;) {
      const { done, value } = await reader.read(memory)
      if (done) break
      total += value.length
      memory = new Uint8Array(value.buffer)
    }
    expect(total).toBe(599_999)
    expect(handle.fd).toBe(CLOSED)
  })

  it('closes the file when its reader leaves', async () => {
    const handle = await open(file)
    for await (const chunk of streamOfFile(handle, 0, 599_999)) {
      expect(chunk.length).toBeGreaterThan(0)
      break
    }
    expect(handle.fd).toBe(CLOSED)
  })

  it('fails rather than end early when the file became shorter', async () => {
    const handle = await open(file)
    const stream = streamOfFile(handle, 0, 599_999)
    await truncate(file, 300_000)
    await expect(bytesOf(stream)).rejects.toThrow('became shorter')
    expect(handle.fd).toBe(CLOSED)
  })
})

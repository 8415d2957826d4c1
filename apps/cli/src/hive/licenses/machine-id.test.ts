import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hiveHome } from '../home.ts'
import { fingerprintOf, linuxId, machineId } from './machine-id.ts'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'rbee-machine-'))
})
afterEach(() => rm(root, { recursive: true }))

describe('the id of a machine', () => {
  it('is the one that its system has, or one that is made once', async () => {
    const home = hiveHome(root, '/')
    expect(await machineId(home, async () => 'a'.repeat(32))).toBe('a'.repeat(32))
    const made = await machineId(home, async () => null)
    expect(made).toMatch(/^[0-9a-f]{32}$/)
    expect(await machineId(home, async () => null)).toBe(made)
    expect((await stat(home.machineId)).mode & 0o777).toBe(0o600)
  })

  it('is none while a system is being set up, or where its file holds something else', async () => {
    const [first, second] = [join(root, 'first'), join(root, 'second')]
    expect(await linuxId([first, second])).toBeNull()
    for (const text of ['', 'uninitialized\n', `${'0'.repeat(32)}\n`, 'A'.repeat(32), `${'a'.repeat(33)}`]) {
      await writeFile(first, text)
      expect(await linuxId([first]), text).toBeNull()
    }
    await writeFile(second, `${'b'.repeat(32)}\n`)
    expect(await linuxId([first, second])).toBe('b'.repeat(32))
  })

  it('shows in no fingerprint, and no two licences know the same one', () => {
    const machine = 'a'.repeat(32)
    const [one, other] = [fingerprintOf('1'.repeat(24), machine), fingerprintOf('2'.repeat(24), machine)]
    expect(one).toMatch(/^[0-9a-f]{64}$/)
    expect(one).not.toBe(other)
    // What machines are known by must stay what it is: another formula would take a second seat for each.
    expect(one).toBe('7694e1fcdee30673950ea10676fb66301d2f989ab7391534e515b1d3f02854ee')
  })
})

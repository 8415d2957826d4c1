import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RbeeError } from '@rbee/schema'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type RunningServer, startServer } from '../../entry/node.ts'

describe('repositories that are being made', () => {
  let folder = ''
  let server: RunningServer
  /** How often somebody is kept waiting in vain. */
  let waits = 0

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rbee-made-'))
    await mkdir(join(folder, 'arch/x86_64'), { recursive: true })
    await mkdir(join(folder, 'homebrew/tap.git'), { recursive: true })
    await writeFile(join(folder, 'arch/x86_64/rbee.db'), 'database')
    await writeFile(join(folder, 'homebrew/tap.git/HEAD'), 'ref')
    server = await startServer({
      host: '127.0.0.1',
      port: 0,
      dataDir: join(folder, 'data'),
      log: { info: () => {}, error: () => {} },
      clock: Date.now,
      randomBytes,
      packageRepositories: () => ({
        folder,
        async ready() {
          waits -= 1
          if (waits >= 0) throw new RbeeError('not_ready', 'The package repositories are being made')
        },
        changed: () => {},
        stop: async () => {},
      }),
    })
  })
  afterEach(async () => {
    await server.close()
    await rm(folder, { recursive: true })
  })

  const get = (path: string, redirect: 'follow' | 'manual' = 'follow') =>
    fetch(server.url + path, { redirect })

  it('send pacman round until they are there, as often as it follows', async () => {
    waits = 9
    const answer = await get('/arch/x86_64/rbee.db')
    expect([answer.status, await answer.text()]).toEqual([200, 'database'])
    waits = 10
    expect((await get('/arch/x86_64/rbee.db')).status).toBe(503)
    waits = 1
    const round = await get('/arch/x86_64/rbee.db?waited=zz', 'manual')
    expect([round.status, round.headers.get('location')]).toEqual([307, 'rbee.db?waited=1'])
    expect(round.headers.get('cache-control')).toBe('no-store')
  })

  it('keep git waiting at the address that it asked', async () => {
    waits = 5
    const answer = await get('/homebrew/tap.git/HEAD', 'manual')
    expect([answer.status, await answer.text()]).toEqual([200, 'ref'])
    waits = 6
    expect((await get('/homebrew/tap.git/HEAD')).status).toBe(503)
  })
})

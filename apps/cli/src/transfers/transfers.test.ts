import { startServer } from '@rbee/catalog/node'
import {
  aManifest,
  anOperator,
  aReleaseInput,
  artifactOf,
  packedArchive,
  sendArchive,
  TemporaryFolder,
} from '@rbee/testing'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { program as catalog } from '../commands/rbee-catalog/index.ts'
import { program as publish } from '../commands/rbee-publish/index.ts'
import { runProgram } from '../program/run.ts'

const OPERATOR = 'rbee_op_of-this-test'
const PROGRAMS = { 'rbee-publish': publish, 'rbee-catalog': catalog }
let folder: TemporaryFolder
let server: Awaited<ReturnType<typeof startServer>>
let ada: string
let bob: string

beforeAll(async () => {
  folder = await TemporaryFolder.create()
  server = await startServer({
    host: '127.0.0.1',
    port: 0,
    dataDir: folder.path,
    operatorToken: OPERATOR,
    transferRules: { waitMs: 0 },
    log: { info: () => {}, error: console.error },
    clock: Date.now,
    randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
  })
  ada = (await run('rbee-catalog', OPERATOR, 'token', 'create', '--scope', 'publish')).stdout.trim()
  bob = (
    await run('rbee-catalog', OPERATOR, 'token', 'create', '--scope', 'publish', '--mail', 'b@example.com')
  ).stdout.trim()
  const packed = await packedArchive({ 'bin/my-worker': 'my-worker' })
  await sendArchive(server.registry, anOperator(), packed)
  const input = aReleaseInput({
    manifest: aManifest({ id: 'my-worker' }),
    artifacts: [artifactOf([packed])],
  })
  await server.registry.publishRelease(await server.registry.authenticate(ada), input.manifest.id, input)
}, 60_000)
afterAll(async () => {
  await server.close()
  await folder[Symbol.asyncDispose]()
})

async function run(name: keyof typeof PROGRAMS, token: string, ...args: string[]) {
  let stdout = ''
  let stderr = ''
  const code = await runProgram(PROGRAMS[name], {
    argv: [...args, '--registry', server.url],
    program: [name],
    env: { RBEE_TOKEN: token },
    cwd: folder.path,
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text), isTTY: false, columns: () => 80 },
    clock: Date.now,
    version: '0.0.0',
    signal: new AbortController().signal,
  })
  return { code, stdout, stderr }
}

const idIn = (stdout: string) => z.object({ id: z.string() }).parse(JSON.parse(stdout)).id

describe('a worker from one owner to the next', () => {
  it('is told where its owner is, given away, reviewed and changed', async () => {
    const contact = await run('rbee-publish', ada, 'contact', 'set', 'ada@example.com')
    expect(contact.stdout).toMatch(/^mail about the token [0-9a-f]{24} goes to a…@example\.com\n$/)
    const to = idIn((await run('rbee-publish', bob, 'contact', 'show', '--json')).stdout)
    const asked = await run('rbee-publish', ada, 'transfer', 'request', 'my-worker', '--to', to, '--json')
    const id = idIn(asked.stdout)
    expect((await run('rbee-publish', ada, 'transfer', 'list', 'my-worker')).stdout).toContain(
      'waits for review',
    )
    const list = await run('rbee-catalog', OPERATOR, 'transfers', 'list', '--status', 'asked')
    expect(list.stdout).toContain(id)
    const shown = await run('rbee-catalog', OPERATOR, 'transfers', 'show', id)
    expect(shown.stdout).toMatch(/note: 1 release, the last on /)
    expect(shown.stdout).toMatch(/mail: transfer_asked to a…@example\.com/)
    expect(await run('rbee-publish', ada, 'transfer', 'approve', id)).toMatchObject({ code: 2 })
    const approved = await run('rbee-catalog', OPERATOR, 'transfers', 'approve', id, '--reason', 'they agree')
    expect(approved).toMatchObject({ code: 0 })
    await vi.waitFor(async () => {
      await server.registry.sendMails()
      await server.registry.completeTransfers()
      const { stdout } = await run('rbee-publish', bob, 'transfer', 'show', id)
      expect(stdout).toContain('took effect')
    }, 10_000)
    const late = await run('rbee-publish', ada, 'transfer', 'cancel', id, '--reason', 'no')
    expect(late).toMatchObject({ code: 1 })
    expect(late.stderr).toContain('is done already')
  })

  it('is adopted only where it is orphaned', async () => {
    const early = await run('rbee-publish', ada, 'adopt', 'my-worker', '--reason', 'I want it back')
    expect(early).toMatchObject({ code: 1 })
    expect(early.stderr).toContain('a token of its owner is valid')
    const orphan = await run('rbee-publish', bob, 'orphan', 'my-worker', '--reason', 'no time')
    expect(orphan.stdout).toContain('my-worker looks for somebody who goes on with it: no time')
    const asked = await run('rbee-publish', ada, 'adopt', 'my-worker', '--reason', 'I want it back', '--json')
    const id = idIn(asked.stdout)
    const wrong = ['transfer', 'object', id, '--code', 'x', '--reason', 'mine']
    expect((await run('rbee-publish', '', ...wrong)).stderr).toContain('does not belong to this transfer')
    const refused = await run(
      'rbee-catalog',
      OPERATOR,
      'transfers',
      'refuse',
      id,
      '--reason',
      'you gave it away',
    )
    expect(refused.stdout).toContain('refused by operator')
    const undone = await run('rbee-publish', bob, 'orphan', 'my-worker', '--undo', '--reason', 'some')
    expect(undone.stdout).toContain('is looked after')
  })

  it.each([
    [['contact', 'set', 'nobody'], 'is not an address for mail'],
    [['transfer', 'show', 'a b'], 'is not the id of a transfer'],
    [['transfer', 'request', 'my-worker', '--to', 'a b'], 'is not the id of a token'],
    [['adopt', 'my-worker'], '--reason'],
  ])('is not asked for by %j', async (args, message) => {
    const { code, stderr } = await run('rbee-publish', ada, ...args)
    expect(code).toBe(2)
    expect(stderr).toContain(message)
  })
})

import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { failureOf } from '@rbee/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findBuildTools } from './build-tools.ts'
import {
  aBuildMachine,
  aSourceServer,
  type BuildMachine,
  type SourceServer,
  sha256,
} from './testing/build-machine.ts'
import { serveRepository } from './testing/source-repository.ts'

const tools = await findBuildTools(process.env.PATH)
const hasSandbox = typeof tools.sandbox !== 'string'
const AGREED = hasSandbox ? ['--yes'] : ['--yes', '--allow-unsandboxed']

let machine: BuildMachine
let sources: SourceServer
beforeAll(async () => {
  machine = await aBuildMachine()
  sources = await aSourceServer()
})
afterAll(async () => {
  await machine[Symbol.asyncDispose]()
  await sources[Symbol.asyncDispose]()
})

const needing = (name: string, fields: string, { prepare = 'true', build = 'true' } = {}) => `pkgname=${name}
pkgver=1.0.0
pkgrel=1
arch=(any)
${fields}
prepare() {
  ${prepare}
}
build() {
  ${build}
  printf '#!/bin/sh\\necho hello\\n' > program
}
package() {
  install -Dm755 program "$pkgdir/usr/bin/${name}"
  if [ -e seen ]; then install -Dm644 seen "$pkgdir/usr/share/seen"; fi
}
`

const fails = async (script: string, options: Parameters<BuildMachine['build']>[1] = {}) => {
  const failure = await failureOf(machine.build(script, { agreed: AGREED, ...options }))
  expect(await readdir(machine.home.sourceBuilds)).toEqual([])
  return failure
}

describe('fetching a file', { timeout: 60_000 }, () => {
  const one = (url: string, sum: string) => `source=(file::${url})\nsha256sums=(${sum})`

  it('follows redirects, and holds every hop against the rules', async () => {
    const moved = (to: string) =>
      sources.serve(`moved-${sha256(to).slice(0, 8)}`, (_request, response) =>
        response.writeHead(302, { location: to }).end(),
      )
    sources.serve('there', Buffer.from('text'))
    const fine = await machine.build(needing('moved', one(moved('/there'), sha256('text'))), {
      agreed: AGREED,
    })
    expect(fine.status).toBe('installed')
    for (const to of [
      'http://host.example/x',
      'file:///etc/passwd',
      'ftp://host.example/',
      'https://a:b@host.example/',
    ])
      expect(await fails(needing('astray', one(moved(to), sha256('x'))))).toMatchObject({
        code: 'source_unreachable',
        message: expect.stringContaining('redirects to an address that'),
      })
    const round = sources.serve('round', (_request, response) =>
      response.writeHead(302, { location: '/round' }).end(),
    )
    expect((await fails(needing('round', one(round, sha256('x')))))?.message).toContain('more than 5 times')
  })

  it('refuses other bytes, more bytes, and no bytes', async () => {
    const url = sources.serve('bytes', Buffer.from('other bytes'))
    expect(await fails(needing('bytes', one(url, sha256('bytes'))))).toMatchObject({
      code: 'digest_mismatch',
      details: { expected: sha256('bytes'), found: sha256('other bytes') },
    })
    const large = sources.serve('large', Buffer.alloc(2 ** 20))
    expect(
      await fails(needing('large', one(large, sha256(''))), { limits: { disk: 2 ** 19 } }),
    ).toMatchObject({
      code: 'source_unreachable',
      message: expect.stringContaining('is larger than the 512.0 KiB'),
    })
    expect(await fails(needing('gone', one(`${sources.url}/gone`, sha256(''))))).toMatchObject({
      code: 'source_unreachable',
      message: expect.stringContaining('answered HTTP 404'),
    })
  })

  it('gives up on what trickles in, and tries again what broke off', async () => {
    const trickle = sources.serve('trickle', (_request, response) => {
      const timer = setInterval(() => response.write('x'), 50)
      response.on('close', () => clearInterval(timer))
    })
    const slow = await fails(needing('trickle', one(trickle, sha256(''))), { limits: { seconds: 1 } })
    expect(slow).toMatchObject({
      code: 'source_unreachable',
      message: expect.stringContaining('takes longer'),
    })
    let attempts = 0
    const flaky = sources.serve('flaky', (request, response) => {
      attempts += 1
      if (attempts === 1) request.socket.destroy()
      else response.writeHead(attempts === 2 ? 503 : 200).end('text')
    })
    const result = await machine.build(needing('flaky', one(flaky, sha256('text'))), { agreed: AGREED })
    expect(result.status).toBe('installed')
    expect(attempts).toBe(3)
  })

  it('asks for every sum that is stated', async () => {
    const url = sources.serve('twice-summed', Buffer.from('text'))
    const wrong = needing('summed', `${one(url, sha256('text'))}\nsha512sums=(${'0'.repeat(128)})`)
    expect(await fails(wrong)).toMatchObject({
      code: 'digest_mismatch',
      message: expect.stringContaining('sha512'),
    })
  })
})

describe('fetching a repository', { timeout: 60_000 }, () => {
  it('builds the commit that was shown, or nothing', async () => {
    await using repository = await serveRepository(sources, 'pinned', { file: 'first' })
    const script = needing('pinned', `source=(git+${repository.url}#tag=v1.0.0)\nsha256sums=(SKIP)`)
    await repository.commitNext({ file: 'second' })
    const failure = await fails(script, {
      agreed: hasSandbox ? [] : ['--allow-unsandboxed'],
      ask: async () => {
        await repository.moveTag()
        return 'yes'
      },
    })
    expect(failure).toMatchObject({
      code: 'digest_mismatch',
      message: expect.stringContaining(repository.commit),
    })
  })

  it.for([
    ['#tag=v9.9.9', 'it has no tag v9.9.9'],
    ['#branch=nowhere', 'it has no branch nowhere'],
  ] as const)('tells that there is no %s', async ([fragment, why]) => {
    await using repository = await serveRepository(sources, 'empty-handed', { file: 'x' })
    const script = needing('unknown', `source=("git+${repository.url}${fragment}")\nsha256sums=(SKIP)`)
    expect(await fails(script)).toMatchObject({
      code: 'source_unreachable',
      message: expect.stringContaining(why),
    })
  })

  it('checks out the commit that a script names', async () => {
    await using repository = await serveRepository(sources, 'plain', { file: 'x' })
    const script = needing(
      'plain-git',
      `source=("git+${repository.url}#commit=${repository.commit}")\nsha256sums=(SKIP)`,
      {
        build: 'cp plain/file seen; (cd plain; git rev-parse HEAD) >> seen',
      },
    )
    const result = await machine.build(script, { agreed: AGREED })
    expect(await readFile(join(result.folder, 'share/seen'), 'utf8')).toBe(`x${repository.commit}\n`)
  })
})

describe('--allow-network', { timeout: 60_000 }, () => {
  const has = promisify(execFile)('curl', ['--version']).then(
    () => true,
    () => false,
  )

  it('opens the network to prepare() and to nothing else', async (context) => {
    if (!hasSandbox) context.skip('bubblewrap does not work here')
    if (!(await has)) context.skip('curl is missing')
    sources.serve('dependency', Buffer.from('fetched in prepare\n'))
    const get = `curl -sf --max-time 5 ${sources.url}/dependency`
    const script = needing('online', '', {
      prepare: `${get} -o seen`,
      build: `if ${get} -o again; then false; fi`,
    })
    const refused = await fails(script)
    expect(refused).toMatchObject({ code: 'build_failed', next: expect.stringContaining('--allow-network') })
    const result = await machine.build(script, { agreed: [...AGREED, '--allow-network'] })
    expect(result.build.missing_protection).toMatchObject([{ code: 'network' }])
    expect(await readFile(join(result.folder, 'share/seen'), 'utf8')).toBe('fetched in prepare\n')
    expect(sources.asked.filter((path) => path === '/dependency')).toHaveLength(1)
  })
})

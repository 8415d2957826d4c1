import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, request as requestByHttp, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { check } from '@rbee/checker'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createOutbound, type OutboundParts } from './outbound.ts'

const BODY = 'worker\n'
const SUM = createHash('sha256').update(BODY).digest('hex')

let server: Server
let asked: string[] = []
beforeEach(async () => {
  asked = []
  server = createServer((request, answer) => {
    asked.push(`${request.headers.host} ${request.url}`)
    const { port } = server.address() as AddressInfo
    const redirects: Readonly<Record<string, string>> = {
      '/moved': `https://files.example.org:${port}/worker`,
      '/inside': `https://inside.example.org:${port}/worker`,
      '/plain': `http://files.example.org:${port}/worker`,
      '/loop': '/loop',
    }
    const location = redirects[request.url ?? '']
    if (location !== undefined) answer.writeHead(302, { location }).end()
    else if (request.url === '/worker') answer.end(BODY)
    else answer.writeHead(404).end('no')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

/** Loopback without certificates in the place of the network; `inside.example.org` leads to another private address. */
const LOOPBACK: OutboundParts = {
  async resolve(host) {
    if (host === 'files.example.org') return ['127.0.0.1']
    if (host === 'inside.example.org') return ['10.0.0.7']
    if (host === 'both.example.org') return ['127.0.0.1', '10.0.0.7']
    throw new Error('no such host')
  },
  isAllowed: (address) => address === '127.0.0.1',
  request: (options, answered) => requestByHttp(options, answered),
}

async function rulesFor(place: string, sum: string, parts = LOOPBACK): Promise<readonly string[]> {
  const { port } = server.address() as AddressInfo
  const folder = await mkdtemp(join(tmpdir(), 'rbee-online-'))
  try {
    const address = `https://${place.replace('/', `:${port}/`)}`
    const pkgbuild = `pkgname=x\npkgver=1.0.0\npkgrel=1\narch=(x86_64)\nsource=("x::${address}")\nsha256sums=(${sum})\npackage() {\n  install -Dm755 x "$pkgdir/usr/bin/x"\n}\n`
    await writeFile(join(folder, 'PKGBUILD'), pkgbuild)
    await writeFile(join(folder, 'LICENSE'), 'MIT\n')
    await writeFile(
      join(folder, 'worker.toml'),
      '[worker]\nid = "speech-example"\nname = "S"\ndescription = "S."\nlicense = "MIT"\n[platforms]\nlinux = ["x86_64"]\n',
    )
    const { findings } = await check(folder, {
      base: null,
      submitter: null,
      searchPath: process.env.PATH,
      ownCatalog: null,
      officialWorkers: [],
      outbound: createOutbound(parts),
    })
    return findings.map(({ rule }) => rule)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

it('takes a download with the right checksum, asked for by its name', async () => {
  expect(await rulesFor('files.example.org/worker', SUM)).toEqual([])
  expect(asked).toEqual([expect.stringMatching(/^files\.example\.org:\d+ \/worker$/)])
})

it('takes one that has moved', async () => {
  expect(await rulesFor('files.example.org/moved', SUM)).toEqual([])
})

it('refuses other bytes', async () => {
  expect(
    await rulesFor(
      'files.example.org/worker',
      SUM.replace(/^./, (digit) => (digit === '0' ? '1' : '0')),
    ),
  ).toEqual(['sum-mismatch'])
})

it.each([
  ['what is not there', 'files.example.org/nothing', 'download-failed'],
  ['a redirection without encryption', 'files.example.org/plain', 'download-failed'],
  ['endless redirections', 'files.example.org/loop', 'download-failed'],
  ['a host without an address', 'nowhere.example.org/worker', 'host-unresolved'],
])('tells of %s', async (_name, place, rule) => {
  expect(await rulesFor(place, SUM)).toEqual([rule])
})

it.each([
  ['of the address itself', 'inside.example.org/worker', 0],
  ['of one among several', 'both.example.org/worker', 0],
  ['behind a redirection', 'files.example.org/inside', 1],
])('asks no private host: %s', async (_name, place, requests) => {
  expect(await rulesFor(place, SUM)).toEqual(['host-private'])
  expect(asked).toHaveLength(requests)
})

it('takes loopback for private where nobody says otherwise', async () => {
  const { resolve } = LOOPBACK
  expect(await rulesFor('files.example.org/worker', SUM, { resolve })).toEqual(['host-private'])
  expect(asked).toEqual([])
})

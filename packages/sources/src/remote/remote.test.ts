import { existsSync } from 'node:fs'
import { chmod, mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { monorepoWorker, TemporaryFolder } from '@rbee/testing'
import { describe, expect, it } from 'vitest'
import { catalogCommit } from '../catalog/commit.ts'
import { compileCatalog } from '../catalog/compile.ts'
import type { SourceOptions } from '../catalog/source.ts'
import { addBranch, branchCatalog, branchWorker, writeIndex } from '../testing/branch-catalog.ts'
import { GitServer } from '../testing/git-server.ts'

/** A repository behind a server, and a cache for what is fetched of it. */
class Remote implements AsyncDisposable {
  readonly folder: TemporaryFolder
  readonly server: GitServer
  readonly cache: TemporaryFolder

  private constructor(folder: TemporaryFolder, server: GitServer, cache: TemporaryFolder) {
    this.folder = folder
    this.server = server
    this.cache = cache
  }

  static async create(folder?: TemporaryFolder): Promise<Remote> {
    const repository = folder ?? (await TemporaryFolder.create())
    if (folder === undefined) {
      await repository.init()
      await repository.write(monorepoWorker('x', 'x-worker'))
      await repository.commit()
    }
    return new Remote(repository, await GitServer.start(repository.path), await TemporaryFolder.create())
  }

  get url(): string {
    return `${this.server.url}/.git`
  }

  options(more: Partial<SourceOptions> = {}) {
    const { PATH } = process.env
    const cacheFolder = join(this.cache.path, 'git')
    return { official: true, base: '/', searchPath: PATH, environment: {}, cacheFolder, ...more }
  }

  compile(more: Partial<SourceOptions> = {}, ref = '') {
    return compileCatalog(`${this.url}${ref}`, this.options(more))
  }

  /** Ids of the workers. */
  async ids(more: Partial<SourceOptions> = {}, ref = ''): Promise<string[]> {
    const { entries } = await this.compile(more, ref)
    return entries.map(({ manifest }) => manifest.id).toSorted()
  }

  async addWorker(id: string): Promise<void> {
    await this.folder.write(monorepoWorker(id, id))
    await this.folder.commit()
  }

  /** What lies in the cache. */
  kept(): Promise<string[]> {
    return readdir(join(this.cache.path, 'git'))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]()
    await this.folder[Symbol.asyncDispose]()
    await this.cache[Symbol.asyncDispose]()
  }
}

const isTransfer = (path: string) => !path.includes('info/refs')

describe('a catalog on another machine', () => {
  it('is fetched once, and then only what changed', async () => {
    await using remote = await Remote.create()
    const commit = await remote.folder.git(['rev-parse', 'HEAD'])
    expect(await remote.compile()).toMatchObject({
      catalog: remote.url,
      commit,
      findings: [],
      entries: [{ git: { url: remote.url, branch: 'main', commit, path: 'x' } }],
    })
    remote.server.requests.length = 0
    await remote.compile()
    // The one transfer of protocol version 2 is the list of branches and tags.
    expect(remote.server.requests.filter(isTransfer)).toHaveLength(1)
    await remote.addWorker('y-worker')
    expect(await remote.ids()).toEqual(['x-worker', 'y-worker'])
    expect(await remote.kept()).toEqual([expect.stringMatching(/^[0-9a-f]{40}\.git$/)])
  })

  it('is read at a branch, tag or commit, and nowhere else', async () => {
    await using remote = await Remote.create()
    const first = await remote.folder.git(['rev-parse', 'HEAD'])
    await remote.folder.git(['tag', '-a', '-m', 'first', 'v1'])
    await remote.addWorker('y-worker')
    await remote.folder.git(['branch', 'next'])
    for (const [ref, count] of [
      ['v1', 1],
      [first, 1],
      ['next', 2],
      ['refs/heads/next', 2],
    ] as const) {
      const compiled = await remote.compile({}, `#${ref}`)
      expect(compiled.entries).toHaveLength(count)
      expect(compiled.catalog).toBe(`${remote.url}#${ref}`)
    }
    for (const ref of ['nope', '--upload-pack=x', '0'.repeat(40)]) {
      await expect(remote.compile({}, `#${ref}`)).rejects.toMatchObject({ code: 'catalog_unreadable' })
    }
  })

  it('follows branches that are rewritten, removed and added', async () => {
    await using folder = await branchCatalog()
    await addBranch(folder, 'a', branchWorker('a-worker', '1.0.0'))
    await addBranch(folder, 'b', branchWorker('b-worker', '1.0.0'))
    await using remote = await Remote.create(folder)
    expect(await remote.ids()).toEqual(['a-worker', 'b-worker'])
    await folder.git(['branch', '-qD', 'a'])
    await addBranch(folder, 'b', branchWorker('b-worker', '0.1.0'))
    await addBranch(folder, 'c', branchWorker('c-worker', '1.0.0'))
    const { entries, findings } = await remote.compile()
    expect(findings).toEqual([])
    expect(entries.map(({ manifest, version }) => `${manifest.id} ${version}`)).toEqual([
      'b-worker 0.1.0',
      'c-worker 1.0.0',
    ])
  })

  it('refuses addresses in its index that lead elsewhere, and asks none of them', async () => {
    await using folder = await branchCatalog()
    for (const id of ['a', 'b', 'c']) await addBranch(folder, id, branchWorker(id, '1.0.0'))
    await using remote = await Remote.create(folder)
    await using other = await Remote.create()
    await writeIndex(folder, [
      { id: 'a', branch: 'a', git_url: remote.url, pkgbuild_url: `${remote.url}/raw/a/PKGBUILD` },
      { id: 'b', branch: 'b', git_url: other.url },
      { id: 'c', branch: 'c', pkgbuild_url: `${other.url}/PKGBUILD` },
    ])
    const { entries, findings } = await remote.compile()
    expect(entries.map(({ manifest }) => manifest.id)).toEqual(['a'])
    expect(findings.map(({ worker, field }) => `${worker} ${field}`)).toEqual([
      'b workers[1].git_url',
      'c workers[2].pkgbuild_url',
    ])
    expect(other.server.requests).toEqual([])
  })

  it('is read from a server that hands out plain files', async () => {
    await using remote = await Remote.create()
    await remote.folder.git(['gc', '-q'])
    await remote.folder.git(['update-server-info'])
    remote.server.interfere = (request, response) => {
      const path = new URL(request.url ?? '/', 'http://127.0.0.1').pathname
      readFile(join(remote.folder.path, path)).then(
        (bytes) => response.end(bytes),
        () => response.writeHead(404).end(),
      )
      return true
    }
    expect((await remote.compile()).entries).toMatchObject([{ git: { branch: 'main' } }])
  })

  it('is fetched over ssh by the program that the operator names, with nothing but host and command', async () => {
    await using remote = await Remote.create()
    await remote.folder.write({
      ssh: `#!/bin/sh\necho "$@" >> '${remote.folder.path}/calls'\nwhile [ $# -gt 1 ]; do shift; done\nexec sh -c "$1"\n`,
    })
    await chmod(join(remote.folder.path, 'ssh'), 0o755)
    const environment = { GIT_SSH_COMMAND: `'${join(remote.folder.path, 'ssh')}'`, RBEE_SECRET: 'x' }
    for (const address of [
      `ssh://git@catalog.example:2222${remote.folder.path}/.git`,
      `git@catalog.example:${remote.folder.path}/.git`,
    ]) {
      const compiled = await compileCatalog(address, remote.options({ environment }))
      expect(compiled.entries).toHaveLength(1)
      expect(compiled.entries[0]?.git.url).toMatch(/^ssh:\/\/git@catalog\.example/)
    }
    const calls = await readFile(join(remote.folder.path, 'calls'), 'utf8')
    expect(calls).toContain('catalog.example git-upload-pack')
  })

  it('of SHA-256 is fetched as well', async () => {
    await using folder = await TemporaryFolder.create()
    await folder.git(['init', '-q', '-b', 'main', '--object-format=sha256'])
    await folder.write(monorepoWorker('x', 'x-worker'))
    await folder.commit()
    await using remote = await Remote.create(folder)
    expect((await remote.compile()).commit).toMatch(/^[0-9a-f]{64}$/)
    expect((await remote.compile()).entries).toHaveLength(1)
  })

  it('is fetched by two readings at once', async () => {
    await using remote = await Remote.create()
    const all = await Promise.all(Array.from({ length: 4 }, () => remote.ids()))
    expect(all).toEqual(Array.from({ length: 4 }, () => ['x-worker']))
    expect(await remote.kept()).toHaveLength(1)
  })

  it('keeps few packs however often it changes', async () => {
    await using remote = await Remote.create()
    await remote.compile()
    const [mirror = ''] = await remote.kept()
    const packs = async () => {
      const names = await readdir(join(remote.cache.path, 'git', mirror, 'objects', 'pack'))
      return names.filter((name) => name.endsWith('.pack')).length
    }
    for (let index = 0; index < 12; index += 1) {
      await remote.addWorker(`worker-${index}`)
      await remote.compile()
    }
    expect(await packs()).toBeLessThan(6)
    expect(await remote.ids()).toHaveLength(13)
  })
})

describe('a catalog that cannot be fetched', () => {
  it.each([
    [
      'is not there',
      (remote: Remote) => ({ address: `${remote.server.url}/nothing.git`, says: /not found/ }),
    ],
    ['listens nowhere', () => ({ address: 'http://127.0.0.1:1/x.git', says: /Failed to connect/ })],
    [
      'wants credentials',
      (remote: Remote) => {
        remote.server.interfere = (_, response) => {
          response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end()
          return true
        }
        return { address: remote.url, says: /could not read Username/ }
      },
    ],
    [
      'sends elsewhere',
      (remote: Remote) => {
        remote.server.interfere = (request, response) => {
          if (request.url?.startsWith('/inner') === true) return false
          response.writeHead(302, { location: `/inner${request.url}` }).end()
          return true
        }
        return { address: remote.url, says: /302/ }
      },
    ],
    [
      'ends in the middle',
      (remote: Remote) => {
        let count = 0
        remote.server.interfere = (request, response) => {
          count += isTransfer(request.url ?? '') ? 1 : 0
          if (count < 3) return false
          response.destroy()
          return true
        }
        return { address: remote.url, says: /RPC failed|unexpected disconnect|hung up|early EOF/ }
      },
    ],
  ] as const)(
    'because it %s fails as unreachable, leaves nothing half done, and goes on later',
    async (_, prepare) => {
      await using remote = await Remote.create()
      await remote.compile()
      await remote.addWorker('y-worker')
      const { address, says } = prepare(remote)
      await expect(compileCatalog(address, remote.options())).rejects.toMatchObject({
        code: 'catalog_unreachable',
        message: expect.stringMatching(says),
        next: expect.any(String),
      })
      remote.server.interfere = () => false
      expect(await remote.kept()).toHaveLength(1)
      expect(await remote.ids()).toEqual(['x-worker', 'y-worker'])
    },
  )

  it('because it is a web page is not taken for an empty one', async () => {
    await using remote = await Remote.create()
    remote.server.interfere = (_, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html></html>\n')
      return true
    }
    await expect(remote.compile()).rejects.toMatchObject({ code: 'catalog_unreachable' })
  })

  it('because it hangs fails within its time', async () => {
    await using remote = await Remote.create()
    remote.server.interfere = () => true
    const limits = { maxBytes: 2 ** 30, timeoutMs: 500 }
    await expect(remote.compile({ limits })).rejects.toMatchObject({
      code: 'catalog_unreachable',
      message: expect.stringMatching(/took longer/),
    })
    expect(await remote.kept()).toEqual([])
  })

  it('because somebody stops it ends git and leaves the last good state', async () => {
    await using remote = await Remote.create()
    await remote.compile()
    await remote.addWorker('y-worker')
    const stop = new AbortController()
    let transfers = 0
    const hanging = new Promise<void>((resolve) => {
      remote.server.interfere = (request, response) => {
        transfers += isTransfer(request.url ?? '') ? 1 : 0
        if (transfers < 2) return false
        response.on('close', resolve)
        stop.abort(new Error('stopped'))
        return true
      }
    })
    await expect(remote.compile({ signal: stop.signal })).rejects.toThrow('stopped')
    // Git hands the transfer to a program of its own, which has ended with it.
    await hanging
    expect(await remote.kept()).toHaveLength(1)
    remote.server.interfere = () => false
    expect(await remote.ids()).toEqual(['x-worker', 'y-worker'])
  })

  it('because it is too large is refused before it fills the disk', async () => {
    await using remote = await Remote.create()
    const noise = Buffer.alloc(8 * 2 ** 20)
    for (let index = 0; index < noise.length; index += 4)
      noise.writeUInt32LE((index * 2_654_435_761) >>> 0, index)
    await remote.folder.write({ noise })
    await remote.folder.commit()
    const limits = { maxBytes: 2 ** 20, timeoutMs: 60_000 }
    await expect(remote.compile({ limits })).rejects.toMatchObject({ code: 'catalog_limit' })
    expect((await remote.kept()).filter((name) => name.startsWith('fetch-'))).toEqual([])
  })

  it('has no folder to be fetched into', async () => {
    await expect(
      compileCatalog('https://example.invalid/x', { official: true, base: '/' }),
    ).rejects.toMatchObject({
      code: 'setting_invalid',
    })
  })

  it('has a folder that cannot be written', async () => {
    await using remote = await Remote.create()
    await remote.cache.write({ file: '' })
    const cacheFolder = join(remote.cache.path, 'file', 'git')
    await expect(remote.compile({ cacheFolder })).rejects.toMatchObject({ code: 'catalog_unreadable' })
  })

  it('left a folder behind when its process was killed, which the next one removes', async () => {
    await using remote = await Remote.create()
    const cache = join(remote.cache.path, 'git')
    await mkdir(join(cache, 'fetch-999999999-abc', 'git'), { recursive: true })
    await mkdir(join(cache, `fetch-${process.pid}-abc`), { recursive: true })
    await remote.compile()
    expect((await remote.kept()).filter((name) => name.startsWith('fetch-'))).toEqual([
      `fetch-${process.pid}-abc`,
    ])
  })
})

describe('a hostile repository on another machine', () => {
  it('brings none of its configuration, hooks, submodules and replacements', async () => {
    await using remote = await Remote.create()
    const { folder } = remote
    const marker = join(folder.path, 'executed')
    const evil = `#!/bin/sh\ntouch '${marker}'\n`
    await folder.write({
      '.gitmodules': `[submodule "m"]\n\tpath = m\n\turl = ext::sh -c "touch ${marker}"\n\tupdate = !touch ${marker}\n`,
      '.gitattributes': '* filter=evil export-subst ident text\n',
      'x/README.md': '$Id$ $Format:%H$\n',
      '.git/hooks/post-checkout': evil,
      '.git/hooks/reference-transaction': evil,
      '.git/hooks/post-merge': evil,
    })
    for (const name of ['post-checkout', 'reference-transaction', 'post-merge']) {
      await chmod(join(folder.path, '.git/hooks', name), 0o755)
    }
    const module = await folder.git(['hash-object', '-t', 'commit', '-w', '--stdin', '--literally'], {
      stdin: 'x',
    })
    await folder.git(['-c', 'core.hooksPath=/dev/null', 'add', '-A', '.gitmodules', '.gitattributes', 'x'])
    await folder.git(['update-index', '--add', '--cacheinfo', `160000,${module},m`])
    await folder.git(['-c', 'core.hooksPath=/dev/null', 'commit', '-q', '-m', 'hostile'])
    const head = await folder.git(['rev-parse', 'HEAD'])
    const first = await folder.git(['rev-parse', 'HEAD^'])
    await folder.git(['-c', 'core.hooksPath=/dev/null', 'replace', head, first])
    const { entries, findings, commit } = await remote.compile()
    expect(commit).toBe(head)
    expect(entries[0]?.readme).toBe('$Id$ $Format:%H$\n')
    expect(findings.map(({ code, path }) => `${code} ${path}`)).toEqual(['file_is_link m'])
    expect(existsSync(marker)).toBe(false)
  })

  it('says nothing to the terminal', async () => {
    await using remote = await Remote.create()
    remote.server.interfere = (_, response) => {
      response
        .writeHead(500, { 'content-type': 'text/plain' })
        .end('\u001b[2J\u001b]0;owned\u0007 https://evil.example')
      return true
    }
    const failure = await remote.compile().catch((error: unknown) => error)
    expect(String(failure)).toMatch(/500/)
    expect(String(failure)).not.toMatch(/[\u0000-\u001f]|evil/)
  })
})

describe('catalogCommit', () => {
  it('fetches nothing, and tells changes of what is read', async () => {
    await using folder = await branchCatalog()
    await addBranch(folder, 'a', branchWorker('a-worker', '1.0.0'))
    await using remote = await Remote.create(folder)
    const ask = () => catalogCommit(remote.url, remote.options())
    const before = await ask()
    const compiled = await remote.compile()
    const fetched = await ask()
    expect(before).not.toEqual(fetched)
    expect(fetched).toEqual({ catalog: compiled.catalog, commit: compiled.commit, clean: true })
    remote.server.requests.length = 0
    await addBranch(folder, 'b', branchWorker('b-worker', '1.0.0'))
    expect((await ask())?.commit).not.toBe(compiled.commit)
    expect(remote.server.requests.filter(isTransfer)).toHaveLength(1)
    expect((await remote.compile()).commit).toBe((await ask())?.commit)
  })

  it('is indifferent to branches that are not read', async () => {
    await using remote = await Remote.create()
    const { commit } = await remote.compile()
    await remote.folder.git(['checkout', '-q', '-b', 'feature'])
    await remote.addWorker('y-worker')
    await remote.folder.git(['checkout', '-q', 'main'])
    expect(await catalogCommit(remote.url, remote.options())).toEqual({
      catalog: remote.url,
      commit,
      clean: true,
    })
  })

  it('fails as reading would', async () => {
    await using remote = await Remote.create()
    await expect(catalogCommit(`${remote.server.url}/x`, remote.options())).rejects.toMatchObject({
      code: 'catalog_unreachable',
    })
    await expect(catalogCommit(`${remote.url}#nope`, remote.options())).rejects.toMatchObject({
      code: 'catalog_unreadable',
    })
  })
})

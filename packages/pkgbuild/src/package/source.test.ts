import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readPkgbuild } from './pkgbuild.ts'
import { isVersionControl, parseSource } from './source.ts'

const ITEMS = [
  'https://example.org/a-1.0.tar.gz',
  'https://example.org/get?file=a&v=1',
  'b.tar.gz::https://example.org/a-1.0.tar.gz?x=y#z',
  'local.patch',
  'folder/local.patch',
  'new::local',
  'git+https://git.example/a.git',
  'git+https://git.example/a.git#tag=v1.0',
  'git+https://git.example/a.git#commit=0a1b?signed',
  'git+https://git.example/a.git?signed#branch=x/y',
  'git://git.example/a.git/',
  'git+ssh://git@git.example/b/c.git',
  'git+file:///srv/git/d',
  'name::git+https://git.example/a.gitlab.git#tag=a#b',
  'hg+https://hg.example/d#revision=1',
  'svn+https://svn.example/e/trunk/?signed',
  'svn://svn.example/e',
  'bzr+lp:f',
  'bzr+https://bzr.example/g/',
  'fossil+https://fossil.example/g',
  'ftp://example.org/x',
  'rsync://example.org/y/',
  'scp://host/x',
  'file:///x/y',
  'a::b::https://example.org/c',
  '::https://example.org/c',
  '',
]

describe('parseSource', () => {
  it.skipIf(!existsSync('/usr/share/makepkg/util/source.sh'))(
    'takes items apart as makepkg does (needs makepkg)',
    () => {
      const script = `source /usr/share/makepkg/util/source.sh
        for item in "$@"; do for part in filename protocol uri_fragment uri_query; do get_$part "$item"; done; done`
      const lines = execFileSync('bash', ['--norc', '-c', script, 'bash', ...ITEMS], {
        encoding: 'utf8',
        env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
      }).split('\n')
      for (const [index, item] of ITEMS.entries()) {
        const [fileName, protocol, fragment = '', query = ''] = lines.slice(index * 4, index * 4 + 4)
        const source = parseSource(item)
        expect(source, item).toMatchObject({ text: item, fileName, protocol })
        if (!isVersionControl(source)) continue
        expect([source.fragment ?? '', source.query ?? ''], item).toEqual([fragment, query])
      }
    },
  )

  it('tells the address from what only makepkg understands', () => {
    expect(ITEMS.map((item) => parseSource(item).address)).toMatchInlineSnapshot(`
      [
        "https://example.org/a-1.0.tar.gz",
        "https://example.org/get?file=a&v=1",
        "https://example.org/a-1.0.tar.gz?x=y#z",
        "local.patch",
        "folder/local.patch",
        "local",
        "https://git.example/a.git",
        "https://git.example/a.git",
        "https://git.example/a.git",
        "https://git.example/a.git",
        "git://git.example/a.git/",
        "ssh://git@git.example/b/c.git",
        "file:///srv/git/d",
        "https://git.example/a.gitlab.git",
        "https://hg.example/d",
        "https://svn.example/e/trunk/",
        "svn://svn.example/e",
        "lp:f",
        "https://bzr.example/g/",
        "https://fossil.example/g",
        "ftp://example.org/x",
        "rsync://example.org/y/",
        "scp://host/x",
        "file:///x/y",
        "b::https://example.org/c",
        "https://example.org/c",
        "",
      ]
    `)
  })
})

describe('the sources of a PKGBUILD', () => {
  it('come with the checksums at their places', async () => {
    const pkgbuild = await readPkgbuild(`url=https://example.org
source=("x-$CARCH.tar.gz::$url/x.tar.gz"{,.sig} git+$url/y.git#tag=v1)
sha256sums=(aa SKIP SKIP)
b2sums=(bb)
source_aarch64=($url/z "$UNSET" $url/after)
md5sums_aarch64=(cc dd ee)
`)
    const known = (text: string) => expect.objectContaining({ known: true, text })
    expect(pkgbuild?.sources).toEqual([
      {
        architecture: null,
        text: 'x-x86_64.tar.gz::https://example.org/x.tar.gz',
        fileName: 'x-x86_64.tar.gz',
        renamed: true,
        protocol: 'https',
        address: 'https://example.org/x.tar.gz',
        fragment: null,
        query: null,
        sums: new Map([
          ['sha256sums', known('aa')],
          ['b2sums', known('bb')],
        ]),
        line: 2,
      },
      expect.objectContaining({
        fileName: 'x-x86_64.tar.gz',
        address: 'https://example.org/x.tar.gz.sig',
        sums: new Map([['sha256sums', known('SKIP')]]),
      }),
      expect.objectContaining({
        fileName: 'y',
        protocol: 'git',
        address: 'https://example.org/y.git',
        fragment: 'tag=v1',
      }),
      expect.objectContaining({ architecture: 'aarch64', sums: new Map([['md5sums', known('cc')]]) }),
      // How many items stand before it is not known.
      expect.objectContaining({ address: 'https://example.org/after', sums: new Map() }),
    ])
    expect(pkgbuild?.unknown).toEqual([
      {
        field: 'source_aarch64',
        package: null,
        line: 5,
        reason: 'uses $UNSET, which this file does not set',
      },
    ])
  })

  it('differ by the architecture that reads them', async () => {
    const text = 'source=(x-$CARCH)\n'
    expect((await readPkgbuild(text, { architecture: 'aarch64' }))?.sources[0]?.text).toBe('x-aarch64')
    expect((await readPkgbuild(text))?.sources[0]?.text).toBe('x-x86_64')
  })
})

import { execFile, execFileSync } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { failureOf } from '@rbee/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findBuildTools } from './build-tools.ts'
import {
  aBuildMachine,
  aPathWith,
  aSourceServer,
  type BuildMachine,
  type SourceServer,
  sha256,
} from './testing/build-machine.ts'
import { serveRepository } from './testing/source-repository.ts'

const tools = await findBuildTools(process.env.PATH)
const hasSandbox = typeof tools.sandbox !== 'string'
const COMMON = ['bash', 'git']

/** Every way to build on a machine that has everything. */
const WAYS = [
  { way: 'makepkg in bubblewrap', programs: ['makepkg', 'bwrap'], agreed: ['--yes'] },
  { way: 'makepkg without a sandbox', programs: ['makepkg'], agreed: ['--yes', '--allow-unsandboxed'] },
  { way: 'the own runner in bubblewrap', programs: ['bwrap'], agreed: ['--yes'] },
  { way: 'the own runner without a sandbox', programs: [], agreed: ['--yes', '--allow-unsandboxed'] },
].map((one) => ({
  ...one,
  missing: one.programs.filter((name) => (name === 'bwrap' ? !hasSandbox : tools.makepkg === null)),
}))

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

/** A tar.gz with one file. */
async function anArchive(name: string, text: string): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'rbee-archive-'))
  try {
    await writeFile(join(folder, name), text)
    await promisify(execFile)('tar', ['-czf', 'archive', name], { cwd: folder })
    return await readFile(join(folder, 'archive'))
  } finally {
    await rm(folder, { recursive: true })
  }
}

describe('installFromSource', { timeout: 60_000 }, () => {
  it.for(WAYS)('builds the same by $way', async ({ way, programs, agreed, missing }, context) => {
    if (missing.length > 0) context.skip(`${missing.join(', ')} missing`)
    const path = await aPathWith(machine.folder, [...COMMON, ...programs])
    const archive = await anArchive('greeting', 'hello from an archive\n')
    const file = sources.serve('files-1.0.0.tar.gz', archive)
    await using repository = await serveRepository(sources, 'helper', { 'helper.sh': 'echo helper\n' })
    const result = await machine.build(
      // Another text each time: the same one is built already.
      `# ${way}
pkgname=many-ways
pkgver=1.0.0
pkgrel=1
arch=(x86_64 aarch64)
makedepends=(git bash)
options=(!strip)
source=("renamed-$pkgver.tar.gz::${file}"
        "git+${repository.url}#tag=v$pkgver")
sha256sums=('${sha256(archive)}'
            'SKIP')
_suffix='!'
prepare() {
  echo "prepared" >> greeting
}
build() {
  cd helper
  { echo '#!/bin/sh'; cat helper.sh; while read -r line; do echo "echo $line$_suffix"; done < ../greeting; } > "$srcdir/program"
}
package() {
  install -Dm755 program "$pkgdir/usr/bin/many-ways"
  install -Dm644 greeting "$pkgdir/usr/share/$pkgname/greeting"
  ln -s many-ways "$pkgdir/usr/bin/other-name"
}
`,
      { path, agreed },
    )
    expect(result).toMatchObject({
      status: 'installed',
      variant: 'cpu',
      from: 'source',
      artifact: null,
      build: {
        builder: programs.includes('makepkg') ? 'makepkg' : 'rbee-hive',
        sandbox: programs.includes('bwrap') ? 'bubblewrap' : null,
        sources: [{ sums: { sha256: sha256(archive) } }, { commit: repository.commit }],
      },
      installed: { built_from: { sandboxed: programs.includes('bwrap') } },
    })
    expect(execFileSync(join(result.folder, 'bin/many-ways')).toString()).toBe(
      'helper\nhello from an archive!\nprepared!\n',
    )
    expect((await readdir(join(result.folder, 'bin'))).toSorted()).toEqual(['many-ways', 'other-name'])
    expect(await readFile(join(result.folder, 'share/many-ways/greeting'), 'utf8')).toContain('prepared')
    digests.add(result.installed.digest)
    expect(digests.size, way).toBe(1)
    await expectNothingLeft()
  })
  const digests = new Set<string>()

  it('changes nothing when exactly this is built already', async () => {
    const first = await machine.build(simple('twice'))
    const second = await machine.build(simple('twice'), { agreed: [] })
    expect(second).toMatchObject({ status: 'already_installed', installed: first.installed })
  })
})

async function expectNothingLeft(): Promise<void> {
  expect(await readdir(machine.home.sourceBuilds)).toEqual([])
  expect(await readdir(machine.home.staging)).toEqual([])
}

function simple(name: string, more = ''): string {
  return `pkgname=${name}
pkgver=1.0.0
pkgrel=1
arch=(any)
${more}
build() {
  printf '#!/bin/sh\\necho hello\\n' > program
}
package() {
  install -Dm755 program "$pkgdir/usr/bin/${name}"
}
`
}

describe('consent', { timeout: 60_000 }, () => {
  it('builds and fetches nothing without it', async () => {
    const url = sources.serve('never', Buffer.from('x'))
    const script = simple('unasked', `source=(${url})\nsha256sums=(${sha256('x')})`)
    const failure = await failureOf(machine.build(script, { agreed: [] }))
    expect(failure).toMatchObject({ code: 'usage', next: expect.stringContaining('--yes') })
    expect(sources.asked).not.toContain('/never')
    expect(machine.said()).toContain(`  ${url}  sha256 ${sha256('x')}`)
    expect(machine.said()).toContain('  | package() {')
  })

  it('shows what a terminal would hide', async () => {
    const hidden = simple('deceptive', '# \u001b[8mhidden\u001b[0m \u202eturned\u2066')
    await failureOf(machine.build(hidden, { agreed: [] }))
    expect(machine.said()).toContain('  | # <U+001B>[8mhidden<U+001B>[0m <U+202E>turned<U+2066>')
  })

  it('asks whoever sits there, and takes only yes for yes', async () => {
    const asked: string[] = []
    const answering = (answer: string) => async (question: string) => {
      asked.push(question)
      return answer
    }
    const refused = machine.build(simple('asked'), { agreed: [], ask: answering('sure') })
    expect(await failureOf(refused)).toMatchObject({ code: 'build_declined' })
    const result = await machine.build(simple('asked'), { agreed: [], ask: answering('y') })
    expect(result.status).toBe('installed')
    expect(asked).toEqual(['Build this script? [y/N] ', 'Build this script? [y/N] '])
  })

  it('is needed for every protection that is missing, which --yes does not give', async () => {
    const path = await aPathWith(machine.folder, COMMON)
    await using repository = await serveRepository(sources, 'moving', { file: 'x' })
    const script = simple('unprotected', `source=(git+${repository.url}#branch=main)\nsha256sums=(SKIP)`)
    const failure = await failureOf(machine.build(script, { path }))
    expect(failure?.code).toBe('usage')
    expect(failure?.next).toMatch(/add: --allow-unsandboxed --allow-unpinned$/)
    const questions: string[] = []
    const result = await machine.build(script, {
      path,
      agreed: [],
      ask: async (question) => {
        questions.push(question)
        return 'yes'
      },
    })
    expect(result.build.sources).toMatchObject([{ commit: repository.commit }])
    expect(questions).toHaveLength(3)
  })
})

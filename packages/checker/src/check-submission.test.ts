import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { check } from './check.ts'
import type { CheckOptions } from './check-options.ts'
import { OFFLINE, sampleManifest } from './testing/checked-folder.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rbee-submission-'))
  await git('init', '-q', '-b', 'main')
  await put(worker('community/speech', 'speech-example'))
  await put(worker('community/image', 'image-example', 'grace'))
  await put(worker('official', 'official-example', 'project'))
  await commit('before')
  await git('checkout', '-q', '-b', 'submission')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function git(...args: string[]): Promise<string> {
  const identity = ['-c', 'user.name=a', '-c', 'user.email=a@example.com', '-c', 'protocol.file.allow=always']
  const { stdout } = await promisify(execFile)('git', [...identity, ...args], { cwd: folder })
  return stdout.trim()
}

async function commit(message: string): Promise<string> {
  await git('add', '-A')
  await git('commit', '-q', '-m', message)
  return git('rev-parse', 'HEAD')
}

async function put(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(folder, dirname(path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
}

function pkgbuild(version = '1.0.0', release = 1, more = ''): string {
  return `pkgname=x\npkgver=${version}\npkgrel=${release}\narch=(x86_64)\n${more}package() {\n  install -Dm755 x "$pkgdir/usr/bin/x"\n}\n`
}

function worker(place: string, id: string, maintainer = 'ada'): Record<string, string> {
  return {
    [`workers/${place}/worker.toml`]: sampleManifest(['x86_64'], id).replace('"ada"', `"${maintainer}"`),
    [`workers/${place}/LICENSE`]: 'MIT\n',
    [`workers/${place}/PKGBUILD`]: pkgbuild(),
  }
}

/** `rule file` of what is found; by default of a submission of ada's. */
async function found(options: Partial<CheckOptions> = {}, inside = '.'): Promise<readonly string[]> {
  const report = await check(join(folder, inside), { ...OFFLINE, base: 'main', submitter: 'ada', ...options })
  return report.findings.map(({ rule, file }) => `${rule} ${file}`)
}

describe('a submission', () => {
  it('may change its own worker', async () => {
    await put({ 'workers/community/speech/README.md': '# Speech\n' })
    await commit('change')
    expect(await found()).toEqual([])
    expect(await found({}, 'workers/community/speech')).toEqual([])
  })

  it('may add a worker', async () => {
    await put(worker('community/music', 'music-example'))
    await commit('add')
    expect(await found()).toEqual([])
  })

  it.each([
    ['committed', true],
    ['new and uncommitted', false],
  ])('is judged by what is %s', async (_name, committed) => {
    await put({ '.github/workflows/x.yml': 'on: push\n', 'workers/community/image/README.md': '# Image\n' })
    if (committed) await commit('change')
    expect(await found()).toEqual([
      'submission-ci .github/workflows/x.yml',
      'submission-foreign workers/community/image/README.md',
    ])
  })

  it('is judged by files that are ignored and committed nevertheless', async () => {
    await put({ '.git/info/exclude': 'notes.txt\n', 'notes.txt': 'x\n' })
    expect(await found()).toEqual([])
    await git('add', '-f', 'notes.txt')
    expect(await found()).toEqual(['submission-outside notes.txt'])
  })

  it('answers for what others did since on neither side', async () => {
    await put({ 'workers/community/speech/README.md': '# Speech\n' })
    await commit('change')
    await git('checkout', '-q', 'main')
    await put({ 'workers/community/image/README.md': '# Image\n', 'docs.md': 'x\n' })
    await commit('meanwhile')
    await git('checkout', '-q', 'submission')
    expect(await found()).toEqual([])
  })

  it('is judged by its commits, whatever the work tree takes back', async () => {
    await put({ 'workers/official/README.md': '# Official\n' })
    await commit('change')
    await rm(join(folder, 'workers/official/README.md'))
    expect(await found()).toEqual([
      'submission-foreign workers/official/README.md',
      'submission-official workers/official/README.md',
    ])
  })

  it('does not delete what is not its own', async () => {
    await rm(join(folder, 'workers/community/image'), { recursive: true })
    expect(await found()).toContain('submission-foreign workers/community/image/LICENSE')
  })

  it('does not make itself a maintainer', async () => {
    const files = worker('community/image', 'image-example', 'ada')
    await put({ 'workers/community/image/worker.toml': files['workers/community/image/worker.toml'] ?? '' })
    expect(await found()).toEqual(['submission-foreign workers/community/image/worker.toml'])
  })

  it('does not take the id of another folder, nor lie around it', async () => {
    await rm(join(folder, 'workers/community/speech'), { recursive: true })
    await put(worker('community/image/inner', 'inner-example'))
    await put(worker('community/tone', 'image-example'))
    const rules = await found()
    expect(rules).toContain('submission-moved workers/community/tone/worker.toml')
    expect(rules).toContain('name-taken workers/community/tone/worker.toml')
    expect(rules).toContain('submission-foreign workers/community/image/inner/LICENSE')
  })

  it('does not go back to an older version, nor rewrite one', async () => {
    await put({ 'workers/community/speech/PKGBUILD': pkgbuild('0.9.0') })
    expect(await found()).toEqual(['submission-downgrade workers/community/speech/PKGBUILD'])
    const sources = 'source=("git+https://example.org/x.git")\nsha256sums=(SKIP)\n'
    await put({ 'workers/community/speech/PKGBUILD': pkgbuild('1.0.0', 2, sources) })
    expect(await found()).toEqual(['submission-rewritten workers/community/speech/PKGBUILD'])
    await put({ 'workers/community/speech/PKGBUILD': pkgbuild('1.0.1', 1, sources) })
    expect(await found()).toEqual([])
  })

  it('rewrites no manifest under the same version', async () => {
    const text = sampleManifest(['x86_64'], 'speech-example')
    await put({ 'workers/community/speech/worker.toml': `${text}\n[requirements.cpu]\nmemory = "1 GiB"\n` })
    expect(await found()).toEqual(['submission-rewritten workers/community/speech/worker.toml'])
    await put({ 'workers/community/speech/worker.toml': text.replace('Transcribes', 'Writes down') })
    expect(await found()).toEqual([])
  })

  it('does not bring back what somebody else took away, nor an older version of its own', async () => {
    await git('checkout', '-q', 'main')
    await rm(join(folder, 'workers/community/image'), { recursive: true })
    await commit('remove')
    await git('checkout', '-q', '-B', 'submission')
    await put(worker('community/image', 'image-example', 'ada'))
    expect(await found()).toEqual(['submission-foreign workers/community/image/worker.toml'])
    await rm(join(folder, 'workers/community/image'), { recursive: true })
    await put(worker('community/elsewhere', 'image-example', 'ada'))
    expect(await found()).toEqual(['submission-foreign workers/community/elsewhere/worker.toml'])
    await put(worker('community/elsewhere', 'image-example', 'grace'))
    expect(await found({ submitter: 'grace' })).toEqual([])
    await put({ 'workers/community/elsewhere/PKGBUILD': pkgbuild('0.9.0') })
    expect(await found({ submitter: 'grace' })).toEqual([
      'submission-downgrade workers/community/elsewhere/PKGBUILD',
    ])
  })

  it.each([
    ['a tab and a quote', 'workers/community/image/a\t"b".md'],
    ['a line break', 'workers/community/image/a\nb.md'],
    ['blanks and letters of other scripts', 'workers/community/image/a b \u00e9.md'],
  ])('does not hide a change behind a name with %s', async (_name, path) => {
    await put({ [path]: 'x\n' })
    expect((await found()).join('\n')).toContain('submission-foreign')
    await commit('change')
    expect((await found()).join('\n')).toContain('submission-foreign')
  })

  it('is judged in another work tree, and where no branch is checked out', async () => {
    await put({ 'workers/community/image/README.md': '# Image\n' })
    await commit('change')
    await git('checkout', '-q', '--detach')
    expect(await found()).toEqual(['submission-foreign workers/community/image/README.md'])
    await git('worktree', 'add', '-q', join(folder, '../rbee-other-tree'), 'HEAD')
    try {
      expect(await found({}, '../rbee-other-tree')).toEqual([
        'submission-foreign workers/community/image/README.md',
      ])
    } finally {
      await rm(join(folder, '../rbee-other-tree'), { recursive: true })
    }
  })

  it('is judged through merges', async () => {
    await git('checkout', '-q', '-b', 'side')
    await put({ 'workers/community/image/README.md': '# Image\n' })
    await commit('side')
    await git('checkout', '-q', 'submission')
    await put({ 'workers/community/speech/README.md': '# Speech\n' })
    await commit('change')
    await git('merge', '-q', '--no-edit', 'side')
    expect(await found()).toEqual([
      'submission-foreign workers/community/image/README.md',
      'submission-several workers/community/speech/README.md',
    ])
  })

  it('does not take another worker over by a name in other letters', async () => {
    await put(worker('community/Image', 'image-example'))
    const rules = (await found()).map((text) => text.split(' ')[0])
    expect(rules).toContain('name-taken')
    expect(rules).toContain('case-clash')
  })

  it('needs a base that it has history in common with', async () => {
    await git('checkout', '-q', '--orphan', 'alone')
    await commit('alone')
    await expect(found()).rejects.toMatchObject({ code: 'catalog_unreadable' })
    await expect(found({ base: 'nowhere' })).rejects.toMatchObject({ code: 'catalog_unreadable' })
    await expect(found({ base: '--output=x' })).rejects.toMatchObject({ code: 'catalog_unreadable' })
  })
})

describe('names', () => {
  it('are compared with the other branches', async () => {
    await git('checkout', '-q', '--orphan', 'their-worker')
    await git('rm', '-rfq', '.')
    const metadata = {
      id: 'music-example',
      name: 'Music',
      description: 'Plays.',
      version: '1.0.0',
      license: 'MIT',
      maintainers: ['grace'],
      platforms: [{ os: 'linux', arch: 'x86_64' }],
    }
    await put({ 'metadata.json': JSON.stringify(metadata) })
    await commit('theirs')
    await git('checkout', '-q', 'submission')
    await put(worker('community/music', 'music-example'))
    expect(await found()).toEqual(['name-taken workers/community/music/worker.toml'])
    await put(worker('community/music', 'musik-example'))
    expect(await found({ base: null }, 'workers/community/music')).toEqual([
      'name-too-similar workers/community/music/worker.toml',
    ])
  })

  it('of a folder are its own on every branch', async () => {
    await put({ 'workers/community/speech/README.md': '# Speech\n' })
    await commit('change')
    expect(await found({ base: null })).toEqual([])
  })
})

describe('everything in Git is hostile', () => {
  it('runs no hook, filter or monitor of the repository', async () => {
    const trace = join(folder, '..', `trace-${process.pid}`)
    await git('config', 'core.fsmonitor', `touch ${trace}`)
    await git('config', 'filter.evil.clean', `touch ${trace}; cat`)
    await git('config', 'filter.evil.smudge', `touch ${trace}; cat`)
    await git('config', 'diff.evil.textconv', `touch ${trace}; cat`)
    await git('config', 'diff.external', `touch ${trace}`)
    await put({
      '.git/info/attributes': '* filter=evil diff=evil\n',
      'workers/community/speech/README.md': '# x\n',
    })
    expect(await found()).toEqual([])
    await expect(rm(trace)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('follows no link out of the repository', async () => {
    await symlink('/etc/passwd', join(folder, 'workers/community/speech/README.md'))
    await symlink('/etc', join(folder, 'workers/community/speech/etc'))
    expect(await found()).toEqual([
      'file-link workers/community/speech/README.md',
      'file-link workers/community/speech/etc',
    ])
  })

  it('names a repository inside of the folder', async () => {
    await mkdir(join(folder, 'workers/community/speech/inner'))
    await promisify(execFile)('git', ['init', '-q'], { cwd: join(folder, 'workers/community/speech/inner') })
    await put({ 'workers/community/speech/inner/x': 'x\n' })
    expect(await found()).toEqual(['submodule workers/community/speech/inner'])
  })
})

import { failureCode } from '@rbee/testing'
import { describe, expect, it } from 'vitest'
import { PACKAGE_FILE_FORMATS, type PackageFileFormatName, writePackageFile } from './driver.ts'
import type { PackageFileInput } from './package-file.ts'
import { aPackageInput, hostile, type SampleSettings } from './samples.ts'

const failing = (write: () => unknown) => failureCode(new Promise((settle) => settle(write())))

const ARTIFACTS = {
  cpu: ['linux-x86_64', 'linux-aarch64', 'macos-aarch64'],
  cuda: ['linux-x86_64'],
  metal: ['macos-aarch64'],
}
const NPM: SampleSettings['manifest'] = {
  build: { features: ['cpu'], default_feature: 'cpu', system: 'npm', output: 'dist/{variant}-{platform}' },
}
const PAID: SampleSettings['manifest'] = {
  pricing: { model: 'subscription', purchase_url: "https://buy.example/it's?a=$b" },
}

const SAMPLES: Readonly<Record<string, PackageFileInput>> = {
  plain: aPackageInput({ artifacts: ARTIFACTS }),
  variant: aPackageInput({ artifacts: ARTIFACTS, version: '2.0.0-rc.1+build.5' }, { variant: 'cpu' }),
  npm: aPackageInput({ artifacts: ARTIFACTS, manifest: NPM }),
  paid: aPackageInput({ artifacts: ARTIFACTS, manifest: PAID }),
  hostile: hostile(aPackageInput({ artifacts: ARTIFACTS })),
}

describe.each(PACKAGE_FILE_FORMATS)('%s', (format) => {
  it.each(Object.entries(SAMPLES))('writes %s', async (name, input) => {
    const { fileName, text, srcinfo, contentType } = writePackageFile(format, input)
    const stem = `./fixtures/${format}.${name}`
    await expect(text).toMatchFileSnapshot(`${stem}.${fileName.endsWith('.rb') ? 'rb' : 'PKGBUILD'}`)
    if (srcinfo !== null) await expect(srcinfo).toMatchFileSnapshot(`${stem}.SRCINFO`)
    expect(contentType).toBe('text/plain; charset=utf-8')
  })
})

describe('what cannot be written', () => {
  const codeOf = (format: PackageFileFormatName, settings: SampleSettings, variant?: string) =>
    failing(() => writePackageFile(format, aPackageInput(settings, variant === undefined ? {} : { variant })))
  const systemless = { build: { features: ['cpu'], default_feature: 'cpu' } }

  it.each<[PackageFileFormatName, string, SampleSettings, string?]>([
    ['arch-prod', 'no_binary', {}],
    ['homebrew-prod', 'no_binary', {}],
    ['arch-prod', 'no_artifact', { artifacts: { cpu: ['macos-aarch64', 'windows-x86_64'] } }],
    ['homebrew-prod', 'no_artifact', { artifacts: { cpu: ['linux-x86_64', 'windows-x86_64'] } }],
    ['arch-prod', 'no_artifact', { artifacts: ARTIFACTS }, 'metal'],
    ['arch-prod', 'no_artifact', { artifacts: ARTIFACTS }, 'rocm'],
    ['arch-dev', 'no_artifact', {}, 'metal'],
    ['homebrew-dev', 'no_artifact', {}, 'cuda'],
    ['arch-dev', 'no_artifact', { manifest: { platforms: { macos: ['aarch64'] } } }],
    ['homebrew-dev', 'no_artifact', { manifest: { platforms: { linux: ['x86_64'] } } }],
    ['arch-dev', 'no_repository', { git: null }],
    ['arch-legacy', 'no_repository', { git: null }],
    // The repository of such a catalog holds recipes, not sources.
    ['arch-dev', 'no_repository', { finalIds: true }],
    ['homebrew-dev', 'no_repository', { git: null }],
    ['arch-dev', 'not_buildable', { manifest: systemless }],
    ['homebrew-dev', 'not_buildable', { manifest: systemless }],
    ['homebrew-prod', 'no_formula', { manifest: { id: '3d-worker' }, artifacts: ARTIFACTS }],
    ['homebrew-prod', 'no_formula', { manifest: { id: 'a--worker' }, artifacts: ARTIFACTS }],
  ])('%s fails with %s for %j %s', async (format, code, settings, variant) => {
    expect(await codeOf(format, settings, variant)).toBe(code)
  })

  it('is everything of a quarantined release', async () => {
    const input = aPackageInput({ artifacts: ARTIFACTS })
    const release = { ...input.release, quarantined: 'malware' }
    for (const format of PACKAGE_FILE_FORMATS) {
      expect(await failing(() => writePackageFile(format, { ...input, release }))).toBe('quarantined')
    }
  })
})

describe('where no variant is named', () => {
  const write = (format: PackageFileFormatName, artifacts: SampleSettings['artifacts'] = {}, manifest = {}) =>
    writePackageFile(format, aPackageInput({ artifacts, manifest })).text

  it('it is the default one, else the one that has something for the system', () => {
    expect(write('arch-prod', ARTIFACTS)).toContain('variant cpu')
    const metalOnly = write('homebrew-prod', { cpu: ['linux-x86_64'], metal: ['macos-aarch64'] })
    expect(metalOnly).toContain('variant metal')
    expect(metalOnly).toContain('class LlmWorker <')
    const build = { features: ['metal', 'cuda'], default_feature: 'metal', system: 'cargo' }
    expect(write('arch-dev', {}, { build })).toContain('variant cuda')
    expect(write('arch-dev', {}, { build })).toContain('pkgname=llm-worker-git\n')
  })
})

describe('sources', () => {
  const sourceLine = (settings: SampleSettings, origin = 'https://catalog.example') => {
    const { text } = writePackageFile('arch-dev', aPackageInput(settings, { origin }))
    return /^source=\('?(.*?)'?\)$/m.exec(text)?.[1]
  }
  const commit = 'a'.repeat(40)
  const at = (url: string | null): SampleSettings => ({ git: { url, commit, branch: 'main', path: 'x' } })

  it.each<[SampleSettings, string | undefined]>([
    [at('https://user:secret@git.example/w.git?a=b#c'), `git+https://git.example/w.git#commit=${commit}`],
    [at('ssh://git@git.example/w'), `git+ssh://git@git.example/w#commit=${commit}`],
    [at('https://git.example/src'), `llm-worker::git+https://git.example/src#commit=${commit}`],
    [at("https://git.example/it's"), `llm-worker::git+https://git.example/it's#commit=${commit}`],
    // makepkg would read the local repository behind the colons, or a name before those of an IPv6 address.
    [
      at('https://git.example/w::git+file:///home/me/w.git'),
      `llm-worker::git+https://git.example/w::git+file:///home/me/w.git#commit=${commit}`,
    ],
    [at('https://[2001:db8::1]/w.git'), `llm-worker::git+https://[2001:db8::1]/w.git#commit=${commit}`],
    [
      { git: null, manifest: { repository: 'https://git.example/own' } },
      'git+https://git.example/own#tag=v1.2.0',
    ],
    [
      { finalIds: true, manifest: { repository: 'https://git.example/own' } },
      'git+https://git.example/own#tag=v1.2.0',
    ],
    [
      { ...at(null), manifest: { repository: 'https://git.example/own' } },
      `git+https://git.example/own#commit=${commit}`,
    ],
  ])('of %j are %s', (settings, expected) => {
    expect(sourceLine(settings)?.replace(/^"|"$/g, '')).toBe(expected)
  })

  it('are had of a server on this machine itself where they are public nowhere', async () => {
    const line = (settings: SampleSettings, origin: string, servesSources = true) => {
      const { text } = writePackageFile('arch-dev', { ...aPackageInput(settings, { origin }), servesSources })
      return /^source=\((.*)\)$/m.exec(text)?.[1]
    }
    const local = { ...at(null), version: '1.2.0-rc.1' }
    expect(line(local, 'http://127.0.0.1:8787')).toBe(
      "'git+http://127.0.0.1:8787/sources/llm-worker-1.2.0-rc.1.git#tag=v1.2.0-rc.1'",
    )
    const own = { manifest: { repository: 'https://git.example/own' } }
    expect(line({ ...local, ...own }, 'http://127.0.0.1:8787')).toContain('https://git.example/own')
    for (const failure of [
      failing(() => line(local, 'https://catalog.example')),
      failing(() => line(local, 'http://192.168.0.2:8787')),
      failing(() => line(local, 'http://127.0.0.1:8787', false)),
      failing(() => line({ ...local, finalIds: true }, 'http://127.0.0.1:8787')),
    ]) {
      expect(await failure).toBe('no_repository')
    }
  })

  it('are never fetched without a lock on the line, but from this machine itself', async () => {
    const local = at('http://127.0.0.1:8080/w.git')
    expect(sourceLine(local, 'http://127.0.0.1:8787')).toBe(
      `git+http://127.0.0.1:8080/w.git#commit=${commit}`,
    )
    for (const url of [
      'http://127.0.0.1/w',
      'http://git.example/w',
      'file:///etc',
      'ext::sh -c x',
      'ssh://-oX@h/w',
    ]) {
      expect(await failing(() => sourceLine(at(url))), url).toBe('no_repository')
    }
    expect(await failing(() => sourceLine(at('http://git.example/w'), 'http://127.0.0.1'))).toBe(
      'no_repository',
    )
  })
})

import { catalogEntrySchema, manifestSchema } from '@rbee/schema'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FolderFindings } from '../findings.ts'
import { type ManifestSurroundings, readManifest } from './read.ts'

const MONOREPO: ManifestSurroundings = { layout: 'monorepo', buildSystem: 'cargo', platforms: null }
const FOLDER: ManifestSurroundings = { layout: 'folder', buildSystem: null, platforms: null }

function read(text: string, surroundings = MONOREPO) {
  const findings = new FolderFindings('some/folder')
  const { manifest } = readManifest({ toml: text, json: null }, surroundings, findings)
  return { manifest, findings: findings.list() }
}

/** `code line field` of every finding. */
function summary(text: string, surroundings = MONOREPO) {
  return read(text, surroundings).findings.map(({ code, line, field }) => `${code} ${line} ${field}`)
}

const HEAD = ['[worker]', 'id = "llm-worker"', 'name = "LLM"', 'description = "Completes"', 'license = "MIT"']
const PLATFORMS = ['[platforms]', 'linux = ["x86_64"]']
const minimal = (...lines: string[]) => [...HEAD, ...lines, ...PLATFORMS].join('\n')

const FULL = `
[worker]
id = "llm-worker"
name = "LLM Worker"
description = "Completes texts"
license = "GPL-3.0-or-later OR LicenseRef-Commercial"
tags = ["llm", "gguf"]
authors = ["A. Author <a@example.com>"]
maintainers = ["alice"]
homepage = "https://example.com"
repository = "https://example.com/repo"
documentation = "https://example.com/docs"
binary_name = "llm"
implementation = "rust"

[build]
features = ["cpu", "cuda", "npu"]
default_feature = "cuda"
command = ["make", "all"]
output = "out/{variant}"

[capabilities]
supported_formats = ["gguf"]
max_context_length = 32768
supports_streaming = true

[platforms]
linux = ["x86_64", "aarch64"]
windows = ["x86_64"]

[dependencies]
system = ["libgomp.so.1"]

[requirements.cuda]
libc = ["glibc >=2.31", "musl >=1.2"]
driver_version = ">=525.60"
compute_capability = ">=7.0 <12.0"
vram = "6 GiB"
[requirements.npu]
priority = 5

[selftest]
command = ["bin/llm", "--self-test"]
timeout_seconds = 10

[run]
command = ["bin/llm"]
port_flag = "--port"

[pricing]
model = "subscription"
price_usd = 9.5
interval = "month"
trial_days = 14
purchase_url = "https://example.com/buy"

[[screenshots]]
url = "docs/one.png"
caption = "One"

[deprecation]
message = "Use the other one"
successor = "other-worker"
`

describe('readManifest', () => {
  it('reads every field', () => {
    const { manifest, findings } = read(FULL)
    expect(findings).toEqual([])
    expect(manifest).toMatchObject({
      id: 'llm-worker',
      tags: ['llm', 'gguf'],
      maintainers: ['alice'],
      binary_name: 'llm',
      build: { features: ['cpu', 'cuda', 'npu'], default_feature: 'cuda', system: 'cargo' },
      platforms: { linux: ['x86_64', 'aarch64'], macos: [], windows: ['x86_64'] },
      requirements: { cuda: { vram: '6 GiB' }, npu: { priority: 5 } },
      selftest: { timeout_seconds: 10 },
      run: { health_path: '/health' },
      pricing: { price_usd: 9.5 },
      screenshots: [{ url: 'docs/one.png', caption: 'One' }],
      deprecation: { successor: 'other-worker' },
    })
    expect(manifestSchema.parse(manifest)).toEqual(manifest)
  })

  it('fills in what the files around it tell', () => {
    expect(read(minimal()).manifest).toMatchObject({
      binary_name: 'llm-worker',
      implementation: 'rust',
      build: { features: ['cpu'], default_feature: 'cpu', system: 'cargo' },
    })
    const folder = read(HEAD.join('\n').replace('llm-worker', 'llm-worker-cuda'), {
      ...FOLDER,
      platforms: { linux: ['aarch64'], macos: [], windows: [] },
    })
    expect(folder.findings).toEqual([])
    expect(folder.manifest).toMatchObject({
      build: { features: ['cuda'], default_feature: 'cuda' },
      platforms: { linux: ['aarch64'] },
    })
    expect(read(minimal(), { ...MONOREPO, buildSystem: 'pip' }).manifest).toMatchObject({
      implementation: 'python',
    })
  })

  it.each([
    ['binary = "prog"', { binary_name: 'prog' }],
    ['licence = "MIT"', null],
    ['keywords = ["llm"]', { tags: ['llm'] }],
    ['author = "Ann"', { authors: ['Ann'] }],
    ['maintainers = "ann"', { maintainers: ['ann'] }],
    ['deprecated = "use other"', { deprecation: { message: 'use other' } }],
    ['deprecated = true', { deprecation: { message: 'Deprecated by its authors.' } }],
    ['deprecated = false', { binary_name: 'llm-worker' }],
    ['pricing = "free"', { pricing: { model: 'free' } }],
    ['pricing = { model = "one-time", price_usd = 3 }', { pricing: { model: 'one-time', price_usd: 3 } }],
    ['screenshots = ["https://example.com/a.png"]', { screenshots: [{ url: 'https://example.com/a.png' }] }],
    ['[[worker.screenshots]]\nurl = "a.png"', { screenshots: [{ url: 'a.png' }] }],
    ['[worker.deprecation]\nmessage = "gone"', { deprecation: { message: 'gone' } }],
    ['[build]\nbinary = "prog"', { binary_name: 'prog' }],
  ])('understands %j', (lines, expected) => {
    const { manifest, findings } = read(minimal(lines))
    if (expected === null) expect(findings.map(({ code }) => code)).toEqual(['manifest_invalid'])
    else {
      expect(findings).toEqual([])
      expect(manifest).toMatchObject(expected)
    }
  })

  it('understands fields at the top of the file', () => {
    const { manifest, findings } = read(`tags = ["llm"]\n${minimal()}`)
    expect(findings).toEqual([])
    expect(manifest?.tags).toEqual(['llm'])
  })

  it('refuses a field that is stated twice', () => {
    expect(summary(`tags = ["a"]\n${minimal('tags = ["b"]')}`)).toEqual(['manifest_invalid 1 tags'])
  })

  it('tells every problem at once, each with its line and field', () => {
    const text = `[worker]
id = "My Worker"
name = ""
license = "GPL3"
tags = ["ok", "Not Ok"]
homepage = "http://example.com"
tgas = ["x"]
deprecated = { message = "x", sucessor = "y" }

[build]
features = ["cpu", "npu", "cpu"]
default_feature = "gpu"

[platforms]
linux = ["x86_64", "amd64"]

[requirements.cuda]
libc = "glibc>2"
vram = "6 GB"
cuda_version = 12.0

[capabilities]
max_context_length = 1.5
supports_streaming = "yes"
`
    expect(summary(text)).toEqual([
      'manifest_invalid 1 worker.description',
      'manifest_invalid 2 worker.id',
      'manifest_invalid 3 worker.name',
      'license_invalid 4 worker.license',
      'manifest_invalid 5 worker.tags[1]',
      'manifest_invalid 6 worker.homepage',
      'manifest_unknown_field 7 worker.tgas',
      'manifest_unknown_field 8 worker.deprecated.sucessor',
      'manifest_invalid 15 platforms.linux[1]',
      'manifest_invalid 18 requirements.cuda.libc',
      'manifest_invalid 19 requirements.cuda.vram',
      'manifest_invalid 20 requirements.cuda.cuda_version',
      'manifest_invalid 23 capabilities.max_context_length',
      'manifest_invalid 24 capabilities.supports_streaming',
    ])
  })

  it('judges the rules between fields even where other fields are broken', () => {
    const text = minimal(
      'tags = [1]',
      '[build]',
      'features = ["cpu", "cpu", "npu"]',
      'default_feature = "gpu"',
    )
    expect(summary(`${text}\n[requirements.cuda]\nvram = "1 GiB"\n`)).toEqual([
      'manifest_invalid 6 worker.tags[0]',
      'manifest_invalid 8 build.features',
      'manifest_invalid 9 build.default_feature',
      'manifest_invalid 12 requirements.cuda',
      'manifest_invalid 12 requirements.npu.priority',
    ])
  })

  it.each([
    ['platforms.linux = ["amd64"]', /"amd64", must be one of x86_64, aarch64/],
    ['description = 3', /worker.description must be a text, is 3/],
    ['license = "Apache 2.0"', /not an SPDX licence expression/],
    ['name = "a\\u202eb"', /holds invisible characters/],
  ])('says of %s what is wrong', (line, message) => {
    const field = line.split(' ')[0]
    const lines = HEAD.filter((head) => !head.startsWith(`${field} `))
    const { findings } = read(
      [line, ...lines, ...(field?.startsWith('platforms') ? [] : PLATFORMS)].join('\n'),
    )
    expect(findings[0]?.message.replace(/^([a-z]+) /, 'worker.$1 ')).toMatch(message)
  })

  it('suggests the field that was meant, and serves the worker', () => {
    const { manifest, findings } = read(minimal('tgas = ["a"]', '[capabilites]', 'supports_streaming = true'))
    expect(manifest).not.toBeNull()
    expect(findings.map(({ severity, next }) => `${severity}: ${next}`)).toEqual([
      'warning: did you mean "tags"?',
      'warning: did you mean "capabilities"?',
    ])
  })

  it('names the line of broken syntax', () => {
    expect(summary('[worker]\nid = \n')).toEqual(['manifest_syntax 2 null'])
  })

  it('says that platforms are missing where nothing tells them', () => {
    expect(summary(HEAD.join('\n'))).toEqual(['manifest_invalid null platforms'])
  })

  it('tells one problem of each field', () => {
    expect(summary([...HEAD, '[platforms]', 'linux = "x86_64"'].join('\n'))).toEqual([
      'manifest_invalid 7 platforms.linux',
    ])
  })

  it('is not misled by keys of Object.prototype', () => {
    const { manifest, findings } = read(
      minimal('[__proto__]', 'id = "x"', '[constructor.prototype]', 'id = "y"'),
    )
    expect(manifest?.id).toBe('llm-worker')
    expect(findings.map(({ code }) => code)).toEqual(['manifest_unknown_field', 'manifest_unknown_field'])
    expect(Reflect.get({}, 'id')).toBeUndefined()
  })

  it('answers any manifest with a manifest or with an error, quickly', () => {
    const key = fc.oneof(
      fc.constantFrom(
        'id',
        'name',
        'license',
        'tags',
        'build',
        'features',
        'requirements',
        'cuda',
        'platforms',
      ),
      fc.constantFrom('linux', 'deprecated', 'screenshots', 'pricing', '__proto__', 'toString', 'worker'),
      fc.stringMatching(/^[A-Za-z0-9_-]{1,8}$/),
    )
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 3 },
        fc.string().map((text) => JSON.stringify(text).replaceAll('\u007f', '')),
        fc.integer().map(String),
        fc.constantFrom('true', 'false', '1.5', 'nan', '2026-01-01', '"MIT"', '"cpu"', '["x86_64"]'),
        fc.array(tie('any'), { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
        fc
          .array(fc.tuple(key, tie('any')), { maxLength: 3 })
          .map((pairs) => `{${pairs.map(([k, v]) => `${k} = ${v}`).join(', ')}}`),
      ),
    })).any
    const line = fc.oneof(
      fc.tuple(key, value).map(([name, text]) => `${name} = ${text}`),
      fc.array(key, { minLength: 1, maxLength: 3 }).map((path) => `[${path.join('.')}]`),
      key.map((name) => `[[${name}]]`),
    )
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), fc.boolean(), (lines, complete) => {
        const text = complete ? minimal(...lines) : lines.join('\n')
        const { manifest, findings } = read(text)
        expect(manifest === null).toBe(findings.some(({ severity }) => severity === 'error'))
        if (manifest !== null) catalogEntrySchema.shape.manifest.parse(manifest)
      }),
      { numRuns: 1_500 },
    )
  })
})

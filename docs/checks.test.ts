import { execFile, execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { askShellcheck } from '../apps/cli/src/catalog/check/shellcheck.ts'
import { check, type Outbound, RULES } from '../packages/checker/src/index.ts'

const PAGES = new URL('./checks/', import.meta.url)
const names = (await readdir(PAGES)).filter((name) => name !== 'README.md')
const index = await readFile(new URL('README.md', PAGES), 'utf8')

it('has a page for every rule, named in the index, and for nothing else', () => {
  const ids = RULES.map(({ id }) => id).toSorted()
  expect(names.map((name) => name.replace(/\.md$/, '')).toSorted()).toEqual(ids)
  expect([...index.matchAll(/\]\(([a-z0-9-]+)\.md\)/g)].map((match) => match[1]).toSorted()).toEqual(ids)
})

describe.each(RULES)('$id', ({ id, severity, summary }) => {
  const needsShellcheck = id === 'shellcheck' && !hasShellcheck()

  it('says on its page and in the index what it asks for', async () => {
    expect(await pageOf(id)).toContain(`**${severity}**: ${summary}.`)
    expect(index).toContain(`: ${summary}\n`)
  })

  it('speaks, and no other, of what its page shows as bad', async (context) => {
    if (needsShellcheck) context.skip('shellcheck is not installed')
    const findings = await findingsOf(id, 'Bad')
    expect([...new Set(findings.map(({ rule }) => rule))], JSON.stringify(findings)).toEqual([id])
    expect(findings.every((finding) => finding.severity === severity)).toBe(true)
  })

  it('lets pass, with all others, what its page shows as good', async (context) => {
    if (needsShellcheck) context.skip('shellcheck is not installed')
    expect(await findingsOf(id, 'Good')).toEqual([])
  })
})

function hasShellcheck(): boolean {
  try {
    execFileSync('shellcheck', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

function pageOf(id: string): Promise<string> {
  return readFile(new URL(`${id}.md`, PAGES), 'utf8')
}

/** One file of an example: how its text is to be taken, its path, and the text. */
interface ExampleFile {
  readonly info: string
  readonly path: string
  readonly size: number
  readonly text: string
}

async function exampleIn(id: string, section: string): Promise<readonly ExampleFile[]> {
  const page = await pageOf(id)
  const part = page.split(/^## /m).find((one) => one.startsWith(`${section}\n`)) ?? ''
  return [...part.matchAll(/^```(\S+) (\S+)(?: (\d+))?\n([\s\S]*?)^```$/gm)].map((match) => ({
    info: match[1] ?? '',
    path: match[2] ?? '',
    size: Number(match[3] ?? 0),
    text: match[4] ?? '',
  }))
}

async function findingsOf(id: string, section: string) {
  const folder = await mkdtemp(join(tmpdir(), 'checks-'))
  try {
    const before = await exampleIn(id, 'Before')
    if (before.length > 0) {
      await writeExample(folder, before)
      await git(folder, 'init', '-q', '-b', 'main')
      await git(folder, 'add', '-A')
      await git(folder, 'commit', '-q', '-m', 'before')
    }
    await writeExample(folder, await exampleIn(id, section))
    const report = await check(folder, {
      base: before.length > 0 ? 'HEAD' : null,
      submitter: before.length > 0 ? 'ada' : null,
      searchPath: process.env.PATH,
      ownCatalog: null,
      officialWorkers: [],
      outbound: /^(?:host-|download-failed|sum-mismatch)/.test(id) ? examplesNetwork() : null,
      judgeScript: id === 'shellcheck' ? ({ text }) => askShellcheck(text, process.env.PATH) : undefined,
    })
    return report.findings
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function git(folder: string, ...args: string[]) {
  const identity = ['-c', 'user.name=a', '-c', 'user.email=a@example.com']
  return promisify(execFile)('git', [...identity, ...args], { cwd: folder })
}

/** Writes what an example shows, and what it leaves out: every worker has a manifest, a licence and a PKGBUILD. */
async function writeExample(folder: string, files: readonly ExampleFile[]): Promise<void> {
  for (const file of files) await writeFileOf(folder, file)
  const shown = new Set(files.map(({ path }) => path))
  const folders = files.flatMap(({ path, info }) =>
    path.endsWith('worker.toml') && info !== 'none' ? [dirname(path)] : [],
  )
  const isCatalog = files.some(({ path }) => path.startsWith('workers/') || path.startsWith('.github/'))
  const workers = isCatalog || (files.length === 1 && files[0]?.path === 'notes.txt') ? folders : ['.']
  for (const worker of workers) {
    for (const [name, text] of Object.entries(LEFT_OUT)) {
      const path = join(worker, name)
      if (!shown.has(path)) await writeFileOf(folder, { info: 'text', path, size: 0, text })
    }
  }
}

const HEAD = 'pkgname=speech-example\npkgver=1.0.0\npkgrel=1\narch=(x86_64)\n'
const PACKAGE = 'package() {\n  install -Dm755 speech "$pkgdir/usr/bin/speech"\n}\n'
const LEFT_OUT = {
  'worker.toml': [
    '[worker]',
    'id = "speech-example"',
    'name = "Speech"',
    'description = "Transcribes speech."',
    'license = "MIT"',
    '[platforms]',
    'linux = ["x86_64"]',
    '',
  ].join('\n'),
  LICENSE: 'MIT License\n',
  PKGBUILD: HEAD + PACKAGE,
}

async function writeFileOf(folder: string, { info, path, size, text }: ExampleFile): Promise<void> {
  const place = join(folder, path)
  await mkdir(dirname(place), { recursive: true })
  switch (info) {
    case 'none':
      return
    case 'link':
      await symlink(text.trim(), place)
      return
    case 'escaped':
      await writeFile(place, unescaped(text))
      return
    case 'repeated':
      await writeFile(place, text.repeat(Math.ceil(size / text.length)))
      return
    case 'bash':
      await writeFile(place, wholePkgbuild(text))
      return
    default:
      await writeFile(place, text)
  }
}

/** `\u202e` is a character, `\xff` a byte. */
function unescaped(text: string): Uint8Array {
  const parts = text.split(/(\\x[0-9a-f]{2}|\\u[0-9a-f]{4})/)
  return Buffer.concat(
    parts.map((part) => {
      if (part.startsWith('\\x')) return Buffer.from(part.slice(2), 'hex')
      return Buffer.from(
        part.startsWith('\\u') ? String.fromCharCode(Number.parseInt(part.slice(2), 16)) : part,
      )
    }),
  )
}

function wholePkgbuild(text: string): string {
  if (/^pkgname=/m.test(text)) return text
  return `${HEAD}${text}${/^package\(\)/m.test(text) ? '' : PACKAGE}`
}

/** The hosts that the pages speak of. */
function examplesNetwork(): Outbound {
  const addresses: Readonly<Record<string, string>> = {
    'files.example.org': '192.0.2.1',
    'inside.example.org': '10.0.0.7',
  }
  return {
    async resolve(host) {
      const address = addresses[host]
      if (address === undefined) throw new Error('no such host')
      return [address]
    },
    async request({ pathname }) {
      const found = pathname === '/speech.tar.gz'
      return {
        status: found ? 200 : 404,
        location: null,
        body: (async function* () {
          yield Buffer.from('worker\n')
        })(),
        close: () => {},
      }
    },
    isAllowed: (address) => address === '192.0.2.1',
  }
}

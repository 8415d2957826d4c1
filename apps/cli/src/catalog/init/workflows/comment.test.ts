import { spawnSync } from 'node:child_process'
import { chmod, mkdir, readFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { TemporaryFolder } from '@rbee/testing'
import { describe, expect, it } from 'vitest'
import { storedZip } from '../testing/stored-zip.ts'
import { Runner, readWorkflow, stepsOf } from '../testing/workflow.ts'
import { commentWorkflow } from './comment.ts'
import { COMMENT_MARK } from './findings-text.ts'

/** Answers from files beside it, and keeps what was asked and what was written. */
const GH = `#!/bin/sh
here=$(dirname "$0")
echo "$*" >> "$here/asked"
for word; do
  case $word in
    repos/ada/workers/actions/runs/7/artifacts*) exec cat "$here/artifacts.json" ;;
    repos/ada/workers/actions/artifacts/*/zip) exec cat "$here/findings.zip" ;;
    repos/ada/workers/pulls) exec cat "$here/pulls.json" ;;
    repos/ada/workers/issues/*/comments\\?*) exec cat "$here/comments.json" ;;
    repos/ada/workers/issues/*) exec cp body.json "$here/written.json" ;;
  esac
done
exit 1
`

const HOSTILE = 'a\u202eb```\n@everyone <img src=x> [x](https://evil.example)\n::error::x'
const finding = { rule: 'names', severity: 'error', file: HOSTILE, line: 3, reason: HOSTILE, cure: HOSTILE }
const openPull = (number: number, sha: string, repository = 'ada/workers') => ({
  number,
  head: { sha },
  base: { repo: { full_name: repository } },
})

const values = {
  'github.token': 'token',
  'github.repository': 'ada/workers',
  'github.event.workflow_run.id': '7',
  'github.event.workflow_run.head_sha': 'c0ffee',
  "format('{0}:{1}', github.event.workflow_run.head_repository.owner.login, github.event.workflow_run.head_branch)":
    'bob:$(touch pwned)',
}

interface Answers {
  readonly artifacts?: unknown
  readonly zip?: Uint8Array
  readonly pulls?: unknown
  readonly comments?: unknown
}

const [read, write] = stepsOf(readWorkflow(commentWorkflow()))
if (read === undefined || write === undefined) throw new Error('the workflow has other steps')

/** Runs both jobs, each on a machine of its own, against a GitHub that answers so. */
async function comment(folder: TemporaryFolder, answers: Answers) {
  const artifacts = answers.artifacts ?? { artifacts: [{ id: 5, expired: false, size_in_bytes: 900 }] }
  await folder.write({
    'gh/gh': GH,
    'gh/artifacts.json': JSON.stringify(artifacts),
    'gh/findings.zip': answers.zip ?? storedZip('findings.json', JSON.stringify({ findings: [finding] })),
    'gh/pulls.json': JSON.stringify(answers.pulls ?? [openPull(12, 'c0ffee')]),
    'gh/comments.json': JSON.stringify(answers.comments ?? []),
  })
  await chmod(join(folder.path, 'gh/gh'), 0o755)
  const path = { PATH: [join(folder.path, 'gh'), process.env.PATH].join(delimiter) }
  const checkout = join(folder.path, 'nothing')
  await mkdir(checkout)
  const reader = await Runner.create(join(folder.path, 'reader'), checkout, path)
  const first = await reader.run(read ?? never(), values)
  const asked = () => readFile(join(folder.path, 'gh/asked'), 'utf8')
  const report = first.code === 0 ? await outputOf(reader) : null
  if (report === null) return { first, report, second: null, asked: await asked(), written: null }
  const writer = await Runner.create(join(folder.path, 'writer'), checkout, path)
  const second = await writer.run(write ?? never(), { ...values, 'needs.read.outputs.report': report })
  const written = await readFile(join(folder.path, 'gh/written.json'), 'utf8').catch(() => null)
  return { first, report, second, asked: await asked(), written }
}

const never = () => {
  throw new Error('unreachable')
}

async function outputOf(runner: Runner): Promise<string | null> {
  const text = await runner.read('output').catch(() => '')
  expect(text.split('\n').filter((line) => line !== '').length).toBeLessThanOrEqual(1)
  return /^report=(.*)$/m.exec(text)?.[1] ?? null
}

const missing = ['jq', 'unzip', 'bash'].filter((name) => spawnSync(name, ['--version']).error !== undefined)

describe.skipIf(missing.length > 0)(`the comment on a submission (needs jq, unzip, bash)`, () => {
  it('tells what was found, without anything of it being obeyed', async () => {
    await using folder = await TemporaryFolder.create()
    const { first, second, asked, written } = await comment(folder, {})
    expect([first.code, second?.code, first.stderr]).toEqual([0, 0, ''])
    const { body } = JSON.parse(written ?? '') as { body: string }
    const [mark, summary, , fence, ...rest] = body.trimEnd().split('\n')
    expect([mark, summary, fence, rest.at(-1)]).toEqual([
      COMMENT_MARK,
      '**1 error, 0 warnings**',
      '```text',
      '```',
    ])
    expect(rest.slice(0, -1).join('\n')).not.toMatch(/`|\u202e/)
    expect(rest).toHaveLength(4)
    expect(rest[0]).toMatch(/^error {2}a b {4}@everyone .*:3 {2}\[names\]$/)
    expect(asked).toContain('--method POST repos/ada/workers/issues/12/comments')
    expect(asked).toContain('head=bob:$(touch pwned)')
  })

  it('replaces the comment that it wrote before, and no other', async () => {
    await using folder = await TemporaryFolder.create()
    const stranger = { id: 1, user: { login: 'bob' }, body: COMMENT_MARK }
    const own = { id: 2, user: { login: 'github-actions[bot]' }, body: `${COMMENT_MARK}\nbefore` }
    const { asked } = await comment(folder, { comments: [stranger, own] })
    expect(asked).toContain('--method PATCH repos/ada/workers/issues/comments/2')
  })

  it('writes to no submission but the one that was checked', async () => {
    await using folder = await TemporaryFolder.create()
    const pulls = [
      openPull(1, 'deadbeef'),
      openPull(2, 'c0ffee', 'eve/workers'),
      { number: '3; x', head: { sha: 'c0ffee' }, base: { repo: { full_name: 'ada/workers' } } },
    ]
    const { second, written } = await comment(folder, { pulls })
    expect([second?.code, written]).toEqual([0, null])
    expect(second?.stdout).toContain('No open submission')
  })

  it.each([
    [
      'an artifact that is too large',
      { artifacts: { artifacts: [{ id: 5, expired: false, size_in_bytes: 1e9 }] } },
    ],
    [
      'an artifact whose number is none',
      { artifacts: { artifacts: [{ id: '5/../6', expired: false, size_in_bytes: 1 }] } },
    ],
    ['no artifact', { artifacts: { artifacts: [] } }],
    ['no zip archive', { zip: Buffer.from('no archive') }],
    ['another file', { zip: storedZip('../../other.json', '{"findings":[]}') }],
    ['no JSON', { zip: storedZip('findings.json', 'no json') }],
    ['several values', { zip: storedZip('findings.json', '{"findings":[]}'.repeat(2)) }],
    ['other JSON', { zip: storedZip('findings.json', '[1]') }],
    [
      'more than a megabyte',
      { zip: storedZip('findings.json', JSON.stringify({ findings: [], x: 'x'.repeat(2 ** 20) })) },
    ],
  ] satisfies [string, Answers][])('says nothing about %s', async (_what, answers) => {
    await using folder = await TemporaryFolder.create()
    const { first, report, written } = await comment(folder, answers)
    expect([first.code, report, written]).toEqual([0, null, null])
  })

  it('stays within what one variable may hold, whatever was found', async () => {
    await using folder = await TemporaryFolder.create()
    const long = '\u{1f480}'.repeat(3_000)
    const many = Array.from({ length: 60 }, () => ({
      ...finding,
      file: long,
      reason: long,
      cure: long,
      rule: long,
    }))
    const { second, report, written } = await comment(folder, {
      zip: storedZip('findings.json', JSON.stringify({ findings: many.slice(0, 20) })),
    })
    expect(second?.code).toBe(0)
    expect(Buffer.byteLength(report ?? '')).toBeLessThan(128 * 1024)
    expect((JSON.parse(written ?? '') as { body: string }).body.length).toBeLessThan(65_536)

    await using other = await TemporaryFolder.create()
    const short = many.map((one) => ({
      ...one,
      file: 'x',
      reason: 'y',
      cure: null,
      rule: 'z',
      severity: 'warning',
    }))
    const some = await comment(other, {
      zip: storedZip('findings.json', JSON.stringify({ findings: short })),
    })
    expect(some.written).toContain('**0 errors, 60 warnings**')
    expect(some.written).toContain('and 30 more')
  })
})

import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { readWorkflow, stepsOf, type Workflow } from '../testing/workflow.ts'
import { checkWorkflow } from './check.ts'
import { commentWorkflow } from './comment.ts'
import { publishWorkflow } from './publish.ts'

const registry = 'https://registry.example/catalog'
const TEXTS = {
  check: checkWorkflow(),
  comment: commentWorkflow(),
  publish: publishWorkflow({ branch: 'main', registry }),
}
const WORKFLOWS = Object.entries(TEXTS).map(([name, text]) => [name, readWorkflow(text), text] as const)

const hasShellcheck = spawnSync('shellcheck', ['--version']).status === 0

describe.each(WORKFLOWS)('the workflow %s', (name, workflow, text) => {
  it('has its name, and states what it may', () => {
    expect(workflow.name).toBe(name)
    const granted = [
      workflow.permissions,
      ...Object.values(workflow.jobs).map((job) => job.permissions ?? {}),
    ]
    const writes = granted.flatMap((rights) =>
      Object.keys(rights).filter((right) => rights[right] === 'write'),
    )
    expect(writes).toEqual(name === 'comment' ? ['pull-requests'] : [])
  })

  it('never runs for a stranger in the name of the repository', () => {
    expect(Object.keys(workflow.on)).not.toContain('pull_request_target')
    expect(text).not.toContain('pull_request_target')
  })

  it('names every action by its commit, with its version beside it', () => {
    for (const { uses } of stepsOf(workflow)) {
      if (uses === undefined) continue
      expect(uses).toMatch(/^actions\/[a-z-]+@[0-9a-f]{40}$/)
      expect(text).toMatch(new RegExp(`uses: ${uses} # v\\d+\\.\\d+\\.\\d+$`, 'm'))
    }
  })

  it('writes nothing into a script, where it could be read as one', () => {
    for (const { run } of stepsOf(workflow)) expect(run ?? '').not.toContain('${{')
  })

  it('leaves no credentials on the disk, and has time limits', () => {
    for (const { uses, with: settings } of stepsOf(workflow)) {
      if (uses?.startsWith('actions/checkout'))
        expect(settings).toMatchObject({ 'persist-credentials': false })
    }
    for (const job of Object.values(workflow.jobs)) expect(job['timeout-minutes']).toBeLessThanOrEqual(30)
  })

  it.skipIf(!hasShellcheck)('has scripts in which shellcheck (which this test needs) finds nothing', () => {
    for (const { run } of stepsOf(workflow)) {
      if (run === undefined) continue
      const checked = spawnSync('shellcheck', ['--shell=bash', '-'], {
        input: `set -eo pipefail\n${run}`,
        encoding: 'utf8',
      })
      expect(checked.stdout).toBe('')
    }
  })
})

const workflowOf = (name: keyof typeof TEXTS): Workflow => readWorkflow(TEXTS[name])

it('checks submissions with the right to read, without secrets, by what the branch names', () => {
  const check = workflowOf('check')
  expect(check.on).toEqual({ pull_request: null })
  expect(check.permissions).toEqual({ contents: 'read' })
  expect(TEXTS.check).not.toContain('secrets.')
  const [checkout, fetched] = stepsOf(check)
  expect(checkout?.with).toEqual({ 'fetch-depth': 0, 'persist-credentials': false })
  expect(fetched?.env).toEqual({ PINNED_AT: 'HEAD^1' })
})

it('comments without ever having the submission, from a job that reads nothing of it', () => {
  const comment = workflowOf('comment')
  expect(comment.on).toEqual({ workflow_run: { workflows: ['check'], types: ['completed'] } })
  expect(comment.permissions).toEqual({})
  expect(stepsOf(comment).some(({ uses }) => uses !== undefined)).toBe(false)
  expect(comment.jobs.read?.permissions).toEqual({ actions: 'read' })
  expect(comment.jobs.write?.permissions).toEqual({ 'pull-requests': 'write' })
})

it('publishes one merge after the other, from the branch alone', () => {
  const publish = workflowOf('publish')
  expect(publish.on).toEqual({ push: { branches: ['main'] }, workflow_dispatch: null })
  expect(publish.concurrency).toEqual({ group: 'publish', 'cancel-in-progress': false })
  const push = stepsOf(publish).at(-1)
  expect(push?.env).toEqual({
    RBEE_REGISTRY: `\${{ vars.RBEE_REGISTRY || '${registry}' }}`,
    RBEE_TOKEN: '${{ secrets.RBEE_TOKEN }}',
  })
  const unnamed = readWorkflow(publishWorkflow({ branch: 'trunk', registry: null }))
  expect(unnamed.on.push).toEqual({ branches: ['trunk'] })
  expect(stepsOf(unnamed).at(-1)?.env.RBEE_REGISTRY).toBe('${{ vars.RBEE_REGISTRY }}')
})

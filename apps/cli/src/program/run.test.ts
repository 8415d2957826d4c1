import { RbeeError } from '@rbee/schema'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { command } from './command.ts'
import type { ProgramSpec } from './define.ts'
import { numberOption } from './option-values.ts'
import { runProgram } from './run.ts'

const greet = command({
  options: z.object({
    name: z.string(),
    times: numberOption({ min: 1, max: 9 }).default(1),
    tag: z.array(z.string()).optional(),
  }),
  async run(context, args, options) {
    context.terminal.info('greeting')
    return { ...options, args, cwd: context.cwd }
  },
  view: ({ name, times }) => Array.from({ length: times }, () => `hello ${name}`).join('\n'),
})
const failing = (error: unknown) =>
  command({
    options: z.object({}),
    run: () => Promise.reject(error),
    view: () => '',
  })

const spec: ProgramSpec = {
  name: 'greeter',
  summary: 'greets',
  commands: [
    {
      name: 'greet',
      arguments: '[rest...]',
      summary: 'greets somebody',
      options: [
        { flags: '--name <name>', description: 'whom', variable: 'GREET_NAME', default: 'you' },
        { flags: '--times <n>', description: 'how often', variable: 'GREET_TIMES' },
        { flags: '--tag <tag>', description: 'tags', variable: 'GREET_TAGS', repeatable: true },
      ],
      load: async () => ({ default: greet }),
    },
    {
      name: 'refuse',
      summary: 'refuses',
      options: [],
      load: async () => ({
        default: failing(
          new RbeeError('digest_mismatch', 'wrong bytes', { next: 'look again', details: { expected: 'a' } }),
        ),
      }),
    },
    {
      name: 'break',
      summary: 'has a bug',
      description: [
        'Breaks off with a bug, which is told as one, and is written here in a line that is too long for most of the',
        'terminals.',
        '',
        'Examples:',
        `  greeter break ${'--again '.repeat(12)}`.trimEnd(),
        '  greeter break',
      ].join('\n'),
      options: [],
      load: async () => ({ default: failing(new Error('a bug')) }),
    },
    {
      name: 'group',
      summary: 'holds commands',
      options: [],
      commands: [{ name: 'greet', summary: 'greets', options: [], load: async () => ({ default: greet }) }],
    },
  ],
}

async function run(argv: string[], env: Record<string, string> = {}, signal = new AbortController().signal) {
  let stdout = ''
  let stderr = ''
  const code = await runProgram(spec, {
    argv,
    program: ['greeter'],
    env,
    cwd: '/project',
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text), isTTY: false, columns: () => 80 },
    clock: () => 0,
    version: '1.2.3',
    signal,
  })
  return { code, stdout, stderr }
}

describe('runProgram', () => {
  it('prints the view on stdout and messages on stderr', async () => {
    expect(await run(['greet', '--name', 'Ada'])).toEqual({
      code: 0,
      stdout: 'hello Ada\n',
      stderr: 'greeting\n',
    })
  })

  it('prints one JSON value and nothing else with --json, wherever it stands', async () => {
    for (const argv of [
      ['greet', '--json'],
      ['--json', 'greet'],
    ]) {
      const { stdout, code } = await run(argv)
      expect(code).toBe(0)
      expect(JSON.parse(stdout)).toMatchObject({ name: 'you', times: 1 })
    }
  })

  it('takes a flag before a variable before a default', async () => {
    expect((await run(['greet'])).stdout).toBe('hello you\n')
    expect((await run(['greet'], { GREET_NAME: 'Bob' })).stdout).toBe('hello Bob\n')
    expect((await run(['greet', '--name', 'Ada'], { GREET_NAME: 'Bob' })).stdout).toBe('hello Ada\n')
  })

  it('names the option or the variable that a wrong value came from, and what it may be', async () => {
    expect(await run(['greet', '--times', 'often'])).toMatchObject({
      code: 2,
      stderr:
        'error: --times: must be a whole number from 1 to 9, not "often" (usage)\nnext: see greeter greet --help\n',
    })
    expect(await run(['greet'], { GREET_TIMES: '10' })).toMatchObject({
      code: 2,
      stderr:
        'error: the variable GREET_TIMES: must be a whole number from 1 to 9, not "10" (setting_invalid)\n' +
        'next: set GREET_TIMES to another value, or unset it\n',
    })
  })

  it('collects a repeatable option, and splits its variable at blanks', async () => {
    expect(JSON.parse((await run(['greet', '--tag', 'a', '--tag', 'b', '--json'])).stdout)).toMatchObject({
      tag: ['a', 'b'],
    })
    expect(JSON.parse((await run(['greet', '--json'], { GREET_TAGS: ' a  b ' })).stdout)).toMatchObject({
      tag: ['a', 'b'],
    })
  })

  it('skips one leading -- and hands on what follows a later one', async () => {
    const { stdout } = await run(['--', 'greet', '--json', '--', '--json', 'x'])
    expect(JSON.parse(stdout)).toMatchObject({ args: ['--json', 'x'] })
  })

  it('means the callers folder only where a package script of its own name started it', async () => {
    const folder = async (env: Record<string, string>) =>
      JSON.parse((await run(['greet', '--json'], env)).stdout).cwd
    expect(await folder({ INIT_CWD: '/caller', npm_lifecycle_event: 'greeter' })).toBe('/caller')
    expect(await folder({ INIT_CWD: '/caller', npm_lifecycle_event: 'build' })).toBe('/project')
  })

  it('is silent with --quiet', async () => {
    expect((await run(['greet', '--quiet'])).stderr).toBe('')
  })

  it('prints its version', async () => {
    expect(await run(['--version'])).toEqual({ code: 0, stdout: '1.2.3\n', stderr: '' })
  })

  it.each([
    [['greet', '--times', 'many'], '--times'],
    [['greet', '--times', '10'], '--times'],
    [['greet', '--nope'], '--nope'],
    [['nope'], 'no command "nope"'],
    [[], 'needs a command'],
  ])('ends with 2 and names what is wrong: %j', async (argv, named) => {
    const { code, stderr, stdout } = await run(argv)
    expect(code).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toContain(named)
    expect(stderr).toContain(
      argv[0] === 'greet' ? 'next: see greeter greet --help' : 'next: see greeter --help',
    )
  })

  it('turns a failure into text, the next step and its exit code', async () => {
    expect(await run(['refuse'])).toEqual({
      code: 4,
      stdout: '',
      stderr: 'error: wrong bytes (digest_mismatch)\nnext: look again\n',
    })
  })

  it('answers a failure with one JSON value, too, which holds the details of its code', async () => {
    const { code, stdout, stderr } = await run(['refuse', '--json'])
    expect(code).toBe(4)
    expect(JSON.parse(stdout)).toEqual({
      expected: 'a',
      error: { code: 'digest_mismatch', message: 'wrong bytes', next: 'look again' },
    })
    expect(stderr).toContain('error: wrong bytes')
    for (const argv of [['nope'], ['greet', '--nope'], []]) {
      expect(JSON.parse((await run([...argv, '--json'])).stdout)).toMatchObject({ error: { code: 'usage' } })
    }
    expect(JSON.parse((await run(['break', '--json'])).stdout)).toMatchObject({ error: { code: 'internal' } })
    expect(JSON.parse((await run(['--version', '--json'])).stdout)).toBe('1.2.3')
  })

  it('says of a bug that it is one', async () => {
    const { code, stderr } = await run(['break'])
    expect(code).toBe(1)
    expect(stderr).toContain('a defect of greeter')
  })

  it('ends with 130 when it was interrupted, whatever the command failed with', async () => {
    const interruption = new AbortController()
    interruption.abort()
    expect((await run(['break'], {}, interruption.signal)).code).toBe(130)
  })

  it('shows help with 0, on stdout, for the program and for a command', async () => {
    for (const argv of [['--help'], ['greet', '--help']]) {
      const { code, stdout } = await run(argv)
      expect(code).toBe(0)
      expect(stdout).toContain('--json')
    }
    expect((await run(['greet', '--help'])).stdout).toContain('variable: GREET_NAME, default: you')
  })

  it('does not show help for a command that does not exist', async () => {
    expect(await run(['nope', '--help'])).toEqual({
      code: 2,
      stdout: '',
      stderr: 'error: greeter has no command "nope" (usage)\nnext: see greeter --help\n',
    })
    expect(await run(['group', 'nope', '-h'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('greeter group has no command "nope"'),
    })
    for (const argv of [
      ['group', '--help'],
      ['group', 'greet', '--help'],
      ['greet', 'anybody', '--help'],
    ])
      expect(await run(argv)).toMatchObject({ code: 0, stderr: '' })
  })

  it('fills paragraphs of help up to the width of the terminal, and leaves examples as they are', async () => {
    const { stdout } = await run(['break', '--help'])
    expect(stdout).toContain(
      [
        'Breaks off with a bug, which is told as one, and is written here in a line that',
        'is too long for most of the terminals.',
        '',
        'Examples:',
        `  greeter break ${'--again '.repeat(12)}`.trimEnd(),
        '  greeter break',
      ].join('\n'),
    )
  })
})

import { spawn, spawnSync } from 'node:child_process'

export interface Ran {
  readonly code: number | null
  /** Of both streams. */
  readonly output: string
}

/** Runs a program of this machine, in English and beside the test's own servers. */
export function runTool(
  program: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const env = { PATH: process.env.PATH ?? '', LC_ALL: 'C.UTF-8', HOME: '/nonexistent', ...options.env }
    const child = spawn(program, args, { ...options, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    child.stdout.on('data', (text) => {
      output += text
    })
    child.stderr.on('data', (text) => {
      output += text
    })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, output }))
  })
}

/** Whether this machine has all of these programs. */
export function hasTools(...programs: readonly string[]): boolean {
  return programs.every((program) => spawnSync(program, ['--version']).error === undefined)
}

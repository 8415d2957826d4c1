import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect } from 'vitest'

export interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Programs as somebody installed them, with a home of their own. */
export interface Installed extends AsyncDisposable {
  readonly folder: string
  /** Runs a program to its end; fails where it does not end with 0. */
  run(program: string, args: readonly string[], env?: Record<string, string>): Promise<string>
  outcome(program: string, args: readonly string[], env?: Record<string, string>): Promise<Outcome>
  /** Starts a server and waits until it is ready. @returns its address. */
  serve(args: readonly string[], env?: Record<string, string>): Promise<string>
}

/** @param programPath folders of the programs and of the Node that runs them, before those of the system. */
export async function installed(programPath: readonly string[]): Promise<Installed> {
  const folder = await mkdtemp(path.join(tmpdir(), 'rbee-installed-'))
  const home = path.join(folder, 'home')
  await mkdir(home)
  const surroundings = { HOME: home, PATH: [...programPath, '/usr/bin', '/bin'].join(path.delimiter) }
  const servers: ChildProcess[] = []

  const outcome: Installed['outcome'] = async (program, args, env = {}) => {
    const child = spawn(program, [...args], { cwd: folder, env: { ...surroundings, ...env } })
    child.stdin.end()
    const [stdout, stderr] = await Promise.all([textOf(child.stdout), textOf(child.stderr)])
    if (child.exitCode === null) await once(child, 'close')
    return { code: child.exitCode, stdout, stderr }
  }
  return {
    folder,
    outcome,
    async run(program, args, env) {
      const { code, stdout, stderr } = await outcome(program, args, env)
      expect(code, `${program} ${args.join(' ')}\n${stdout}${stderr}`).toBe(0)
      return stdout
    },
    async serve(args, env = {}) {
      const child = spawn('rbee-catalog', ['serve', '--port', '0', ...args], {
        cwd: folder,
        env: { ...surroundings, ...env },
        stdio: ['ignore', 'ignore', 'pipe'],
      })
      servers.push(child)
      let said = ''
      for await (const chunk of child.stderr.setEncoding('utf8') as AsyncIterable<string>) {
        said += chunk
        const url = /the catalog is up: (http:\/\/[\w.:]+)/.exec(said)?.[1]
        if (url === undefined) continue
        // Whoever does not read on would stop the server at its next words.
        child.stderr.resume()
        return url
      }
      throw new Error(`the server ended:\n${said}`)
    },
    async [Symbol.asyncDispose]() {
      for (const server of servers.filter(({ exitCode }) => exitCode === null)) {
        server.kill()
        await once(server, 'close')
      }
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { freePort } from '../packages/testing/src/free-port.ts'

const PROJECT = resolve(dirname(fileURLToPath(import.meta.url)), '..')

let folder: string
const running = new Set<ChildProcess>()
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quickstart-'))
})
afterEach(async () => {
  for (const child of running) child.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

interface Run {
  readonly code: number | null
  readonly output: string
}

function start(args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [join(PROJECT, 'scripts/quickstart.ts'), ...args], {
    cwd: PROJECT,
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      INIT_CWD: folder,
      RBEE_DATA_DIR: join(folder, 'data'),
      RBEE_CATALOG: join(folder, 'catalog'),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  const ended = once(child, 'close').then(([code]): Run => {
    running.delete(child)
    return { code, output }
  })
  return { child, ended, output: () => output }
}

const run = (...args: Parameters<typeof start>) => start(...args).ended

describe('what is wrong with the command line is said before anything starts', () => {
  it.each([
    [['--port', 'abc'], '--port: "abc" is no port'],
    [['--port', '0'], '--port: "0" is no port'],
    [['--port', '70000'], '--port: "70000" is no port'],
    [['--wat'], '--wat'],
    [['--model', ''], '--model is empty'],
  ])('%j', async (args, message) => {
    const { code, output } = await run(args)
    expect({ code, output }).toEqual({ code: 2, output: expect.stringContaining(`error: `) })
    expect(output).toContain(message)
    expect(output).not.toContain('    at ')
  })

  it('names the variable that is wrong', async () => {
    expect(await run([], { PORT: 'http' })).toEqual({
      code: 2,
      output: expect.stringContaining('PORT: "http"'),
    })
  })

  it('a model that is missing, a folder or no GGUF file', async () => {
    await mkdir(join(folder, 'folder.gguf'))
    await writeFile(join(folder, 'text.gguf'), 'just words')
    const outputs: Record<string, Run> = {}
    for (const model of ['missing.gguf', 'folder.gguf', 'text.gguf'])
      outputs[model] = await run(['--model', model])
    expect(outputs).toEqual({
      'missing.gguf': {
        code: 1,
        output: expect.stringContaining(`there is no model at ${folder}/missing.gguf`),
      },
      'folder.gguf': { code: 1, output: expect.stringContaining('cannot be read: EISDIR') },
      'text.gguf': { code: 1, output: expect.stringContaining('text.gguf is not a GGUF file') },
    })
  })
})

describe('the catalog', () => {
  it('that another program answers for is not taken for its own', async () => {
    const other = createServer((_request, response) => response.end('{}'))
    const port = await portOf(other)
    try {
      const { code, output } = await run(['--exit', '--port', String(port)])
      expect(output).toContain('quickstart failed: the catalog did not start')
      expect(output).toContain(`listens on 127.0.0.1:${port} already`)
      expect(output).not.toContain('[2/4]')
      expect(code).toBe(1)
    } finally {
      other.close()
    }
  })

  it('that cannot keep its data says so in words', async () => {
    const file = join(folder, 'a file')
    await writeFile(file, '')
    const { code, output } = await run(['--exit', '--port', String(await freePort()), '--data-dir', file])
    expect(output).toContain('a file')
    expect(output).toContain('quickstart failed')
    expect(output).not.toContain('    at ')
    expect(code).toBe(1)
  })

  it('ends with a run that is interrupted', async () => {
    const port = await freePort()
    const quickstart = start(['--exit', '--port', String(port)])
    await expect.poll(quickstart.output, { timeout: 20_000, interval: 20 }).toContain('[2/4]')
    quickstart.child.kill('SIGINT')
    const { code, output } = await quickstart.ended
    expect({ code, output }).toEqual({ code: 130, output: expect.stringContaining('interrupted') })
    await expect(fetch(`http://127.0.0.1:${port}/health`)).rejects.toThrow('fetch failed')
  })
})

async function portOf(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}
